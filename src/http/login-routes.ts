// Signing in and out of the console; exists only when a password is set.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { visible } from '../problem.js';
import { type ConsoleContext, formOf, formTokenFor, queryValue, sendPage, setCookie } from './console-context.js';
import { loginPage } from './pages/notice-pages.js';
import { type Brake, readCookie, sessionCookie } from './session.js';

const sessionSeconds = 12 * 3600;

/** GET /login, POST /login, POST /logout. */
export function loginRoutes(app: FastifyInstance, context: ConsoleContext, brake: Brake): void {
  app.get('/login', async (request, reply) =>
    sendPage(reply, loginPage(formTokenFor(context, request, reply), safeNext(queryValue(request, 'next')), null)),
  );
  app.post('/login', async (request, reply) => signIn(request, reply, { context, brake }));
  app.post('/logout', async (request, reply) => {
    context.sessions.end(readCookie(request.headers.cookie, sessionCookie), context.now().getTime());
    setCookie(context, reply, { name: sessionCookie, value: '', seconds: 0 });
    return reply.redirect('/login', 303);
  });
}

async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { context, brake }: { context: ConsoleContext; brake: Brake },
): Promise<FastifyReply> {
  const form = formOf(request);
  const next = safeNext(form.get('next'));
  const now = context.now().getTime();
  const again = (mistake: string) => loginPage(formTokenFor(context, request, reply), next, mistake);
  const wait = brake.waitSeconds(request.ip, now);
  if (wait > 0) {
    reply.header('retry-after', String(wait));
    return sendPage(reply, again(`Too many wrong passwords. Try again in ${wait} seconds.`), 429);
  }
  brake.count(request.ip);
  if (!context.sessions.isPassword(form.get('password'))) {
    context.options.log.warn({ address: request.ip }, 'console: wrong password');
    return sendPage(reply, again('That is not the password.'), 401);
  }
  brake.forgive(request.ip);
  const name = visible(form.get('name').trim()).slice(0, 60);
  if (name === '') return sendPage(reply, again('Say who you are: cases name who stopped, settled or corrected.'), 422);
  setCookie(context, reply, { name: sessionCookie, value: context.sessions.open(name, now), seconds: sessionSeconds });
  return reply.redirect(next, 303);
}

/** A path of ours to go to after signing in; anything else becomes `/`. */
export function safeNext(next: string): string {
  const base = 'http://usher.invalid';
  if (!next.startsWith('/') || !URL.canParse(next, base)) return '/';
  const url = new URL(next, base);
  return url.origin === base ? `${url.pathname}${url.search}` : '/';
}
