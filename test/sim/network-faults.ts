// The 28 network faults (research section 3.3) as one table: what each does at the far side, and what our adapter makes of it.
import type { Outcome } from '../../src/ports.js';

/** What a strike does: how often the far side applies the write, and the adapter's answer; null: the answer of a healthy call. */
export interface Strike {
  applied: 0 | 1 | 2;
  outcome: Outcome | null;
  /** The answer comes this much later. */
  slowMs?: number;
}

/** `subscriber`: who is told of case events. */
export type Place = 'desk' | 'chat' | 'mail' | 'http' | 'subscriber';

const unknown = (reason: string): Outcome => ({ kind: 'unknown', reason });
const notSent = (code: string, retryAfterMs?: number): Outcome => ({
  kind: 'not-sent',
  code,
  reason: code,
  retryAfterMs,
});
const refused = (code: string): Outcome => ({ kind: 'refused', code, reason: `the far side says ${code}` });
const lost = (reason: string, applied: 0 | 1 = 0, slowMs?: number): Strike => ({
  applied,
  outcome: unknown(reason),
  slowMs,
});
const never = (code: string, retryAfterMs?: number): Strike => ({ applied: 0, outcome: notSent(code, retryAfterMs) });
const no = (code: string): Strike => ({ applied: 0, outcome: refused(code) });

/** It says yes, and keeps nothing. */
const SWALLOWED: Strike = { applied: 0, outcome: null };
const HANG_MS = 20_000;

/**
 * By the words of section 3.3. How the adapters classify is held by test/adapters (zendesk-outcomes, slack-chat, smtp-mail, endpoints, standard-webhooks): a definite
 * no only from the API's own answer, everything after the first byte else is unknown; mail has the dot instead of the first byte.
 * No list for a place: there is no such thing there.
 */
export const NETWORK_FAULTS: Record<string, Partial<Record<Place, Strike[]>>> = {
  refused: everywhere(never('ECONNREFUSED')),
  'DNS error': everywhere(never('ENOTFOUND')),
  'TLS error': everywhere(never('ERR_TLS')),
  'reset before request': { ...byHttp(lost('reset')), mail: [never('ECONNECTION')] },
  'reset mid-request': { ...byHttp(lost('reset')), mail: [never('ECONNECTION')] },
  'accepted then reset': everywhere(lost('reset', 1)),
  'accepted then hang': everywhere(lost('no answer in time', 1, HANG_MS)),
  'truncated body': everywhere(lost('half an answer', 1)),
  'one byte per second': everywhere(lost('no answer in time', 1, HANG_MS)),
  '200 with error body': { desk: [lost('200 without a ticket')], chat: [no('channel_not_found'), lost('fatal_error')] },
  '200 login page': { desk: [lost('a login page')], chat: [lost('a login page')], http: [lost('a login page')] },
  '200 but nothing stored': everywhere(SWALLOWED),
  '200 stored twice': everywhere({ applied: 2, outcome: null }),
  "200 with another ticket's id": { desk: [lost('another id', 1)], chat: [lost('another channel', 1)] },
  '202 then lost': {
    ...{ desk: [lost('status 202')], chat: [lost('status 202')] },
    ...{ mail: [SWALLOWED], http: [SWALLOWED], subscriber: [SWALLOWED] },
  },
  '301/307 to another host': {
    ...{ desk: [lost('status 301')], chat: [lost('status 307')] },
    ...{ http: [no('301')], subscriber: [no('307')] },
  },
  '400': { ...told('400'), chat: [no('invalid_arguments')], mail: [no('554')] },
  '401 (revoked mid-run)': { ...told('401'), chat: [no('token_revoked')], mail: [no('535')] },
  '403': { ...told('403'), chat: [no('restricted_action')], mail: [no('550')] },
  '404 (deleted/merged)': {
    ...{ ...told('404'), chat: [no('channel_not_found')], mail: [no('550')] },
    // Or it is gone for good, and says so.
    subscriber: [no('404'), no('410')],
  },
  '409': {
    desk: [{ applied: 0, outcome: { kind: 'conflict', reason: 'status 409' } }, lost('409'), lost('409', 1)],
    http: [lost('409'), lost('409', 1)],
    subscriber: [no('409')],
  },
  '413': { ...told('413'), chat: [no('msg_too_long')], mail: [no('552')] },
  '422': { ...told('422'), chat: [no('invalid_blocks')], mail: [no('550')] },
  '429 with seconds / date / absurd / no header': everywhere(
    never('429', 7_000),
    never('429', 30_000),
    never('429', 3_600_000),
    never('429'),
  ),
  '500 applied': { ...byHttp(lost('500', 1)), mail: [lost('no answer to the dot', 1)] },
  '500 not applied': { ...byHttp(lost('500')), mail: [never('451')] },
  '502-504 applied or not': {
    ...byHttp(lost('502'), lost('503', 1), lost('504', 1, HANG_MS)),
    mail: [never('421'), lost('no answer to the dot', 1, HANG_MS)],
  },
  /** The strike itself is a lost answer; the histories read after it lag (`staleMsOf`). */
  'read-back stale for 0-60 s': everywhere(lost('reset', 1)),
};

export const STALE = 'read-back stale for 0-60 s';

function everywhere(...strikes: Strike[]): Record<Place, Strike[]> {
  return { ...byHttp(...strikes), mail: strikes };
}

function byHttp(...strikes: Strike[]): Record<Exclude<Place, 'mail'>, Strike[]> {
  return { desk: strikes, chat: strikes, http: strikes, subscriber: strikes };
}

/** A definite no by its status. */
function told(status: string): Record<'desk' | 'http' | 'subscriber', Strike[]> {
  return { desk: [no(status)], http: [no(status)], subscriber: [no(status)] };
}
