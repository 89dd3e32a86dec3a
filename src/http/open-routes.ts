// What anybody may fetch: health, readiness, style sheet, script and icon.
import type { FastifyInstance } from 'fastify';
import type { HttpOptions } from './http-options.js';
import { liveScript } from './pages/live-script.js';
import { icon, styleSheet } from './pages/style.js';

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

export function assetRoutes(app: FastifyInstance): void {
  const serve = (path: string, type: string, content: string) =>
    app.get(path, async (_request, reply) => reply.header('cache-control', forGood).type(type).send(content));
  serve('/style.css', 'text/css; charset=utf-8', styleSheet);
  serve('/live.js', 'text/javascript; charset=utf-8', liveScript);
  serve('/favicon.svg', 'image/svg+xml', icon);
  serve('/favicon.ico', 'image/svg+xml', icon);
}
