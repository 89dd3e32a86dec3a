// Turns durations as people write them (`10m`, `7d`, `2 business days`) into what the core counts with.
import type { Span } from '../core/hours.js';

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like in a rule file; used for the JSON Schema too. */
export const DURATION_PATTERN = /^(0|[1-9][0-9]{0,5}(s|m|h|d))$/;

/** Milliseconds of `30s`, `10m`, `24h`, `7d` or `0`; null for anything else. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  if (text === '0') return 0;
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN);
}

const BUSINESS_PATTERN = /^([1-9][0-9]{0,2}) business (hours?|days?)$/;

/** What the length of a wait looks like in a rule file. */
export const SPAN_PATTERN = new RegExp(`${DURATION_PATTERN.source}|${BUSINESS_PATTERN.source}`);

/** A length of time by the clock (`10m`, `7d`) or in the programme's hours (`4 business hours`, `2 business days`); null for anything else. */
export function parseSpan(text: string): Span | null {
  const business = BUSINESS_PATTERN.exec(text);
  if (!business) {
    const ms = parseDuration(text);
    return ms === null ? null : { ms };
  }
  const n = Number(business[1]);
  return business[2]!.startsWith('day') ? { businessDays: n } : { businessMs: n * UNITS.h! };
}
