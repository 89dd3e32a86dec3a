// Turns durations as people write them (`10m`, `7d`) into milliseconds and back.

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like in a rule file; used for the JSON Schema too. */
export const DURATION_PATTERN = /^(0|[1-9][0-9]{0,5}(s|m|h|d))$/;

/** Milliseconds of `30s`, `10m`, `24h`, `7d` or `0`; null for anything else. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  if (text === '0') return 0;
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN);
}
