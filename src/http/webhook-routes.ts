// The door for webhooks: exact bytes, small, never decompressed or parsed here; the help desk's adapter checks and stores them.
import type { FastifyError, FastifyInstance } from 'fastify';
import type { HttpOptions } from './http-options.js';

const retrySeconds = '30';

/** POST /webhooks/zendesk where a door for it exists. Answers JSON that says nothing of the cause. */
export function webhookRoutes(app: FastifyInstance, { webhooks, log }: HttpOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
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
