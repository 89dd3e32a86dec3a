// The lock on the webhook door: is this request from Zendesk, and is it fresh?
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The fixed secret that the "test webhook" button of every account signs with: known to all, so worth nothing. */
export const PUBLIC_TEST_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
/** Our own policy; the vendor names no tolerance. Both directions: a stamp from the future is no better than an old one. */
export const SIGNATURE_WINDOW_MS = 300_000;

export interface SignedRequest {
  secret: string;
  /** `X-Zendesk-Webhook-Signature-Timestamp`; an array when it was repeated. */
  timestamp: string | string[] | undefined;
  /** `X-Zendesk-Webhook-Signature`; an array when it was repeated. */
  signature: string | string[] | undefined;
  /** The bytes as they came; empty for a request without body. */
  rawBody: Uint8Array | string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Permits the public test secret: sandbox and tests only. */
  allowTestSecret?: boolean;
}

export type SignatureVerdict =
  | { ok: true }
  | { ok: false; reason: 'no-secret' | 'test-secret' | 'missing' | 'repeated' | 'stale' | 'wrong' };

/** base64(HMAC-SHA256(secret as is, timestamp + raw body)), contract section 4. */
export function zendeskSignature(secret: string, timestamp: string, rawBody: Uint8Array | string): string {
  return createHmac('sha256', secret).update(timestamp).update(rawBody).digest('base64');
}

/** Checks a webhook's signature in constant time, and its age. Never throws. */
export function verifyZendeskSignature(request: SignedRequest): SignatureVerdict {
  const { secret, timestamp, signature } = request;
  if (secret === '') return { ok: false, reason: 'no-secret' };
  if (secret === PUBLIC_TEST_SECRET && !request.allowTestSecret) return { ok: false, reason: 'test-secret' };
  if (Array.isArray(timestamp) || Array.isArray(signature)) return { ok: false, reason: 'repeated' };
  if (!timestamp || !signature) return { ok: false, reason: 'missing' };
  // Node joins repeated headers of unknown names with a comma.
  if (timestamp.includes(',') || signature.includes(',')) return { ok: false, reason: 'repeated' };
  const expected = Buffer.from(zendeskSignature(secret, timestamp, request.rawBody));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { ok: false, reason: 'wrong' };
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(timestamp);
  const age = Math.abs(request.now - Date.parse(timestamp));
  // Written so that NaN is stale too.
  return isTime && age <= SIGNATURE_WINDOW_MS ? { ok: true } : { ok: false, reason: 'stale' };
}
