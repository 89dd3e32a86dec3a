// Signatures by the Standard Webhooks scheme (spec v1.0.0, standard-webhooks/standard-webhooks): HMAC-SHA256 over id, time and exact bytes.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The spec leaves the tolerance open; its libraries take 300 s either way. */
export const TOLERANCE_S = 300;

/** The header `webhook-signature` for one attempt; `timestampS` in whole seconds. `secret` with or without `whsec_`. */
export function signStandard(secret: string, id: string, timestampS: number, body: string | Buffer): string {
  return `v1,${digestOf(secret, id, timestampS, body).toString('base64')}`;
}

function digestOf(secret: string, id: string, timestampS: number | string, body: string | Buffer): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestampS}.`).update(body).digest();
}

export type StandardVerdict = { ok: true } | { ok: false; reason: 'unsigned' | 'stale' | 'wrong' };

type Headers = Record<string, string | string[] | undefined>;

/** Whether one of the signatures is right for these bytes at this time (milliseconds). Any known entry will do: keys rotate. */
export function verifyStandard(secret: string, headers: Headers, rawBody: Buffer, nowMs: number): StandardVerdict {
  const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  // A header that stands there twice comes as one value with a comma, or as a list: an id holds neither.
  if (typeof id !== 'string' || typeof time !== 'string' || typeof signatures !== 'string')
    return { ok: false, reason: 'unsigned' };
  if (!/^[\w-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(time)) return { ok: false, reason: 'unsigned' };
  if (Math.abs(nowMs / 1000 - Number(time)) > TOLERANCE_S) return { ok: false, reason: 'stale' };
  const wanted = digestOf(secret, id, time, rawBody);
  const isRight = signatures
    .split(' ')
    .slice(0, 10)
    .some((entry) => {
      const given = Buffer.from(/^v1,([A-Za-z0-9+/]+=*)$/.exec(entry)?.[1] ?? '', 'base64');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    });
  return isRight ? { ok: true } : { ok: false, reason: 'wrong' };
}
