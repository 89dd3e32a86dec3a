// Approving by an e-mail link: opening it shows and changes nothing, for mail programs open links by themselves; a button decides.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readForm } from './form.js';
import { isForeignPost, sendErrorPage } from './guards.js';
import type { ApprovalDoor, ApprovalLink } from './http-options.js';
import { approvalPage } from './pages/approval-page.js';

interface Address {
  Params: { id: string; n: string; key: string };
}

/** GET and POST /approve/:id/:n/:key. The link is the right to answer: no session and no form token; posts from other pages are refused. */
export function approvalRoutes(app: FastifyInstance, door: ApprovalDoor): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, readForm(String(body))),
  );
  const path = '/approve/:id/:n/:key';
  app.get<Address>(path, async (request, reply) => {
    const link = linkOf(request.params);
    const found = link && (await door.show(link));
    return found ? send(reply, approvalPage(found, null)) : unknown(reply);
  });
  app.post<Address & { Body: ReturnType<typeof readForm> }>(path, async (request, reply) => {
    if (isForeignPost(request)) return sendErrorPage(reply, 403);
    const link = linkOf(request.params);
    const state = request.body?.get('answer');
    if (state !== 'approved' && state !== 'refused') return sendErrorPage(reply, 400);
    const found = link && (await door.answer(link, state));
    return found ? send(reply.code(found.counts ? 200 : 409), approvalPage(found, found.counts)) : unknown(reply);
  });
}

function linkOf({ id, n, key }: Address['Params']): ApprovalLink | null {
  return /^[0-9a-f]{32}$/.test(id) && /^\d{1,3}$/.test(n) && /^[0-9a-f]{32}$/.test(key)
    ? { id, n: Number(n), key }
    : null;
}

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page);
}

function unknown(reply: FastifyReply): FastifyReply {
  return sendErrorPage(reply, 404, 'The link is mistyped, was taken back, or is no longer yours to answer.');
}
