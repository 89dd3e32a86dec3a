// What the console's routes share: options, sessions, the shell of a page, and reading a checked form.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Form, readForm } from './form.js';
import { isForeignPost, sendErrorPage } from './guards.js';
import type { HttpOptions } from './http-options.js';
import type { Shell } from './pages/layout.js';
import { formCookie, newFormCookie, readCookie, type Sessions, sessionCookie } from './session.js';

export interface ConsoleContext {
  options: HttpOptions;
  sessions: Sessions;
  now: () => Date;
}

/** The shell of a page for this request; gives the browser its form cookie when it has none. */
export async function shellFor(context: ConsoleContext, request: FastifyRequest, reply: FastifyReply): Promise<Shell> {
  const { stops, waiting, hasMore } = await context.options.sending.state();
  return {
    mode: context.options.mode,
    stopped: stops.length > 0 ? { stops, waiting: waiting.length, hasMore } : null,
    problems: context.options.problems(),
    hasSandbox: context.options.sandbox !== undefined,
    person: context.sessions.needsPassword ? (personOf(context, request) ?? '') : null,
    formToken: formTokenFor(context, request, reply),
    now: context.now(),
  };
}

/** The hidden token for forms of this browser. */
export function formTokenFor(context: ConsoleContext, request: FastifyRequest, reply: FastifyReply): string {
  let cookie = readCookie(request.headers.cookie, formCookie);
  if (!cookie || cookie.length < 16) {
    cookie = newFormCookie();
    setCookie(context, reply, { name: formCookie, value: cookie });
  }
  return context.sessions.formToken(cookie, sessionOf(context, request));
}

/** Adds a cookie that scripts cannot read and other sites cannot make the browser send. */
export function setCookie(
  context: ConsoleContext,
  reply: FastifyReply,
  cookie: { name: string; value: string; seconds?: number },
): void {
  const secure = context.options.publicUrl?.startsWith('https:') ? '; Secure' : '';
  const age = cookie.seconds === undefined ? '' : `; Max-Age=${cookie.seconds}`;
  reply.header('set-cookie', `${cookie.name}=${cookie.value}; Path=/; HttpOnly; SameSite=Strict${age}${secure}`);
}

/** The cookie of a valid session; '' without one. */
function sessionOf(context: ConsoleContext, request: FastifyRequest): string {
  const cookie = readCookie(request.headers.cookie, sessionCookie);
  return cookie && context.sessions.read(cookie, context.now().getTime()) ? cookie : '';
}

/** Who settles or resumes, as the case's timeline will say. */
export function actorOf(context: ConsoleContext, request: FastifyRequest): string {
  const name = personOf(context, request);
  return name ? `${name} (status page)` : 'status page';
}

/** Forms are read as text, and a post without our own token is refused before its route sees it. */
export function acceptForms(app: FastifyInstance, context: ConsoleContext): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, readForm(String(body)));
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    const cookie = readCookie(request.headers.cookie, formCookie);
    const token = formOf(request).get('token');
    if (isForeignPost(request) || !context.sessions.isFormToken(token, cookie, sessionOf(context, request))) {
      return sendErrorPage(reply, 403, 'The form was too old or came from elsewhere. Load the page again and retry.');
    }
  });
}

/** The posted form. */
export function formOf(request: FastifyRequest): Form {
  return (request.body as Form | undefined) ?? readForm('');
}

export function sendPage(reply: FastifyReply, markup: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(markup);
}

/** One value of the query, trimmed, at most 200 characters. */
export function queryValue(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name];
  return (typeof value === 'string' ? value : '').trim().slice(0, 200);
}

function personOf(context: ConsoleContext, request: FastifyRequest): string | null {
  return (
    context.sessions.read(readCookie(request.headers.cookie, sessionCookie), context.now().getTime())?.name ?? null
  );
}
