// What the headers of an answer tell of the account's rate limits (contract section 5).
import type { Told } from './lane.js';

/** `X-Rate-Limit` and `X-Rate-Limit-Remaining`, else `ratelimit-limit|remaining`, with `ratelimit-reset` in seconds. */
export function accountHeaders(headers: Record<string, unknown>): Told | null {
  const limit = count(headers['x-rate-limit']) ?? count(headers['ratelimit-limit']);
  const left = count(headers['x-rate-limit-remaining']) ?? count(headers['ratelimit-remaining']);
  if (limit === null || left === null || limit === 0) return null;
  return { limit, left, resetMs: (count(headers['ratelimit-reset']) ?? 60) * 1000 };
}

/** `zendesk-ratelimit-<endpoint>: total=100; remaining=99; resets=41` tells of the endpoint that answered. */
export function endpointHeader(headers: Record<string, unknown>): Told | null {
  const name = Object.keys(headers).find((key) => key.toLowerCase().startsWith('zendesk-ratelimit-'));
  const text = name === undefined ? '' : String(headers[name]);
  const part = (key: string) => count(new RegExp(`\\b${key}=(\\d+)`).exec(text)?.[1]);
  const [limit, left] = [part('total'), part('remaining')];
  if (limit === null || left === null || limit === 0) return null;
  return { limit, left, resetMs: (part('resets') ?? 60) * 1000 };
}

function count(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : null;
}
