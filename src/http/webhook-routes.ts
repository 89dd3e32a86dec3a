// The door for webhooks: exact bytes, small, never decompressed or parsed here; the help desk's adapter checks and stores them.
import type { FastifyError, FastifyInstance } from 'fastify';
import type { EventDoor, HttpOptions, WebhookDoor } from './http-options.js';
import { WebhookLimit } from './webhook-limit.js';

const retrySeconds = '30';

/** POST /webhooks/zendesk where a door for it exists. Answers JSON that says nothing of the cause. */
export function webhookRoutes(app: FastifyInstance, options: HttpOptions, perMinute: number): void {
  const { webhooks, webhookCounts, log } = options;
  const limit = new WebhookLimit(perMinute);
  let toldAt = Number.NEGATIVE_INFINITY;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    // Before anything of it is read: it costs next to nothing to say no.
    const waitSeconds = limit.waitSeconds(request.ip, performance.now());
    if (waitSeconds > 0) {
      if (webhookCounts) webhookCounts.limited += 1;
      if (performance.now() - toldAt >= 60_000) {
        toldAt = performance.now();
        log.warn({ perMinute }, 'more webhooks than are taken within a minute; polling finds what they were about');
      }
      return reply.code(429).header('retry-after', String(waitSeconds)).send({ error: 'too many, send it again' });
    }
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      return reply.code(415).send({ error: 'bodies are taken uncompressed only' });
    }
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 503;
    if (status >= 500) {
      // Not stored: ask for it again. Zendesk repeats a 503 whose Retry-After is under a minute.
      log.error({ route: request.routeOptions.url, error: error.name, code: error.code }, 'webhook could not be taken');
      return reply.code(503).header('retry-after', retrySeconds).send({ error: 'not taken, send it again' });
    }
    return reply.code(status).send({ error: status === 413 ? 'too large' : 'not readable' });
  });
  if (options.events) eventRoutes(app, options.events);
  if (webhooks.slack) slackRoute(app, webhooks.slack);
  const door = webhooks.zendesk;
  if (!door) return;
  app.post('/webhooks/zendesk', async (request, reply) => {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const answer = await door({ headers: request.headers, rawBody });
    if (answer.status === 503) reply.header('retry-after', retrySeconds);
    return reply
      .code(answer.status)
      .type('text/plain; charset=utf-8')
      .send(answer.body ?? '');
  });
}

/** POST and GET /events/SOURCE. A GET may come from anybody who prefetches: it is no more than the same event again. */
function eventRoutes(app: FastifyInstance, door: EventDoor): void {
  app.route<{ Params: { source: string } }>({
    method: ['POST', 'GET'],
    url: '/events/:source',
    exposeHeadRoute: false,
    async handler(request, reply) {
      const { headers, params, url } = request;
      const at = url.indexOf('?');
      const answer = await door({
        source: params.source,
        method: request.method === 'GET' ? 'GET' : 'POST',
        query: at < 0 ? '' : url.slice(at + 1),
        headers,
        rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      });
      if (answer.status === 503) reply.header('retry-after', retrySeconds);
      return reply
        .code(answer.status)
        .header('cache-control', 'no-store')
        .send(answer.body ?? {});
    },
  });
}

/** POST /slack/events: events as JSON, clicks and commands as forms. Slack reads the answer to a command. */
function slackRoute(app: FastifyInstance, door: WebhookDoor): void {
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/slack/events', async (request, reply) => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { status, body } = await door({ headers: request.headers, rawBody });
      if (body !== undefined) reply.type('application/json; charset=utf-8');
      return reply.code(status).send(body ?? '');
    });
  });
}
