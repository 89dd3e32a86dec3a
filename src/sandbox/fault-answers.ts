// What a struck request gets: answers given instead of the work, and damage done to the answer after the work.
import type { ServerResponse } from 'node:http';
import type { Fault, FaultKind } from './faults.js';
import type { LoopbackAnswer } from './loopback-server.js';

const loginPage =
  '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login"><input name="user"></form></body></html>';
const badGateway = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
/** Kinds answered without doing the work. */
const instead: Partial<Record<FaultKind, number>> = {
  '400': 400,
  '401': 401,
  '403': 403,
  '404': 404,
  '409': 409,
  '422': 422,
  '500': 500,
  '503': 503,
};

/** The answer given instead of the work, `reset` or `hang`; null when the work is to be done first. */
export function applyBeforehand(
  fault: Fault,
  vendorError: (status: number) => unknown = (status) => ({ error: `Error${status}`, description: 'Fault' }),
): LoopbackAnswer | 'reset' | 'hang' | null {
  const status = instead[fault.kind];
  if (status) return { status, body: vendorError(status) };
  switch (fault.kind) {
    case 'reset-before':
      return 'reset';
    case 'hang-before':
      return 'hang';
    case '502-html':
      return { status: 502, body: badGateway };
    case '200-html':
      return { status: 200, body: loginPage };
    case '301':
      return { status: 301, headers: { location: 'http://127.0.0.1:9/moved' }, body: '<html>Moved</html>' };
    case '429':
    case '429-date':
    case '429-absurd':
    case '429-no-header':
      return { status: 429, headers: retryAfter(fault), body: vendorError(429) };
    default:
      return null;
  }
}

function retryAfter(fault: Fault): Record<string, string> {
  const seconds = fault.retryAfterSeconds ?? 1;
  if (fault.kind === '429-no-header') return {};
  if (fault.kind === '429-absurd') return { 'retry-after': '99999999' };
  if (fault.kind === '429') return { 'retry-after': String(seconds) };
  return { 'retry-after': new Date(Date.now() + seconds * 1000).toUTCString() };
}

interface Damage {
  outgoing: ServerResponse;
  answer: LoopbackAnswer;
  send: (answer: LoopbackAnswer) => void;
  later: (ms: number, act: () => void) => void;
}

/** Sends, spoils, delays or withholds the answer to work that was done. */
export function damage(fault: Fault, { outgoing, answer, send, later }: Damage): void {
  switch (fault.kind) {
    case 'applied-then-reset':
      outgoing.destroy();
      break;
    case 'applied-then-hang':
      break;
    case '500-applied':
      send({ status: 500, body: { error: 'InternalError', description: 'Something went wrong' } });
      break;
    case '503-applied': {
      const body = { error: 'DatabaseDeadlock', description: 'Database collision' };
      send({ status: 503, headers: { 'retry-after': '1' }, body });
      break;
    }
    case '200-other-id':
      send({ ...answer, body: withOtherId(answer.body) });
      break;
    case 'slow':
      later(fault.delayMs ?? 1000, () => send(answer));
      break;
    case 'truncated': {
      const text = JSON.stringify(answer.body);
      const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
      outgoing.writeHead(answer.status, headers);
      outgoing.write(text.slice(0, Math.floor(text.length / 2)), () => outgoing.destroy());
      break;
    }
    default:
      send(answer);
  }
}

function withOtherId(body: unknown): unknown {
  const copy = structuredClone(body) as { ticket?: { id: number }; audit?: { ticket_id: number }; channel?: string };
  if (copy.ticket) copy.ticket.id += 7;
  if (copy.audit) copy.audit.ticket_id += 7;
  if (typeof copy.channel === 'string') copy.channel = 'C0ANOTHER00';
  return copy;
}
