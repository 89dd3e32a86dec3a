// What anybody may fetch: health, readiness, style sheet, script and icon.
import type { FastifyInstance } from 'fastify';
import type { HttpOptions } from './http-options.js';
import { liveScript } from './pages/live-script.js';
import { icon, styleSheet } from './pages/style.js';
import type { Brake, Sessions } from './session.js';

const forGood = 'public, max-age=31536000, immutable';

/** GET /healthz: the process answers. GET /readyz: it can work, or 503 with reasons. */
export function healthRoutes(app: FastifyInstance, { ready, log }: HttpOptions): void {
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const answer = await ready().catch((error: unknown) => {
      log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'readiness could not be checked');
      return { ok: false, reasons: ['readiness could not be checked'] };
    });
    if (answer.ok) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reasons: answer.reasons });
  });
}

/** GET /metrics. With a password only for those who send it by basic authentication, as Prometheus does; wrong ones are slowed down. */
export function metricsRoutes(
  app: FastifyInstance,
  { metrics, consolePassword }: HttpOptions,
  { sessions, brake, now }: { sessions: Sessions; brake: Brake; now: () => Date },
): void {
  if (!metrics) return;
  app.get('/metrics', async (request, reply) => {
    if (consolePassword) {
      const wait = brake.waitSeconds(request.ip, now().getTime());
      if (wait > 0) return reply.code(429).header('retry-after', String(wait)).send();
      const given = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const password = Buffer.from(given, 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
      if (given !== '') brake.count(request.ip);
      if (!sessions.isPassword(password))
        return reply.code(401).header('www-authenticate', 'Basic realm="Usher metrics"').send();
      brake.forgive(request.ip);
    }
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}

export function assetRoutes(app: FastifyInstance): void {
  const serve = (path: string, type: string, content: string) =>
    app.get(path, async (_request, reply) => reply.header('cache-control', forGood).type(type).send(content));
  serve('/style.css', 'text/css; charset=utf-8', styleSheet);
  serve('/live.js', 'text/javascript; charset=utf-8', liveScript);
  serve('/favicon.svg', 'image/svg+xml', icon);
  serve('/favicon.ico', 'image/svg+xml', icon);
}
