// What every answer carries and every console request must pass: security headers, the right host, a session, an own form.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostName, isLoopback } from './address.js';
import type { HttpOptions } from './http-options.js';
import { errorPage } from './pages/notice-pages.js';
import { readCookie, type Sessions, sessionCookie } from './session.js';

const contentPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const headers: Record<string, string> = {
  'content-security-policy': contentPolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Sets the headers of every answer; a route may replace `cache-control`. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(headers);
}

/** Answers with an error page that says nothing of the cause. */
export function sendErrorPage(reply: FastifyReply, status: number, advice?: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(errorPage(status, advice));
}

/**
 * Lets console requests through only when they name this machine (or, with a password, the public address): a page elsewhere
 * that rebinds its own name to 127.0.0.1, and a tunnel meant for webhooks, both end here.
 */
export function guardHost(app: FastifyInstance, options: HttpOptions): void {
  const isKnown = knownHost(options);
  app.addHook('onRequest', async (request, reply) => {
    const name = hostName(request.headers.host);
    if (name === null) return sendErrorPage(reply, 400);
    if (!isKnown(name))
      return sendErrorPage(reply, 403, 'Open the page by the address that Usher printed at its start.');
    if (!options.consolePassword && cameThroughProxy(request)) {
      return sendErrorPage(reply, 403, 'Behind a proxy the console needs CONSOLE_PASSWORD.');
    }
  });
}

/** Sends people without a session to the sign-in page; refuses posts without one. */
export function guardSession(app: FastifyInstance, sessions: Sessions, now: () => Date): void {
  if (!sessions.needsPassword) return;
  app.addHook('onRequest', async (request, reply) => {
    if (sessions.read(readCookie(request.headers.cookie, sessionCookie), now().getTime())) return;
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendErrorPage(reply, 401);
    return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
  });
}

/**
 * Whether the browser says that a post comes from a page that is not ours. Our own say `Origin: null`, for we send no referrer,
 * and old browsers say nothing: the form token, whose cookie other sites cannot make the browser send, decides then.
 */
export function isForeignPost(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== 'null' && origin.replace(/^https?:\/\//, '') !== host;
}

function knownHost(options: HttpOptions): (name: string) => boolean {
  if (!options.consolePassword) return isLoopback;
  if (!options.publicUrl) return () => true;
  const known = new Set([new URL(options.publicUrl).hostname.toLowerCase(), options.host.toLowerCase()]);
  return (name) => known.has(name) || isLoopback(name);
}

function cameThroughProxy(request: FastifyRequest): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some(
    (h) => request.headers[h] !== undefined,
  );
}
