// Business hours: when a programme's people work, and when so much time, working or not, will have passed.
import { DateTime } from 'luxon';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface Hours {
  /** IANA time zone, `America/New_York`. */
  zone: string;
  days: Weekday[];
  /** `HH:MM` of the day's beginning and end in that zone; `from` is before `to`. */
  from: string;
  to: string;
  /** Days off, `2026-12-25`. */
  holidays?: string[];
}

/** A length of time as rules name it: by the clock, in working time, or in working days. */
export type Span = { ms: number } | { businessMs: number } | { businessDays: number };

/** Days looked through for working time; any pattern of weekdays has some within them. */
const DAYS_MOST = 3_660;

/** The moment at which a span has passed since `start`. Without hours every moment counts, and a business day has 24 hours. */
export function addSpan(start: Date, span: Span, hours: Hours | null): Date {
  if ('ms' in span) return new Date(start.getTime() + span.ms);
  if ('businessMs' in span) return addBusinessTime(start, span.businessMs, hours);
  return addBusinessDays(start, span.businessDays, hours);
}

/**
 * The moment at which `ms` milliseconds of working time have passed since `start`. Without hours every moment counts.
 * A day's length is the zone's own: where clocks change, 09:00 to 17:00 stays 09:00 to 17:00.
 */
export function addBusinessTime(start: Date, ms: number, hours: Hours | null): Date {
  if (!hours) return new Date(start.getTime() + ms);
  let left = ms;
  let day = DateTime.fromJSDate(start, { zone: hours.zone }).startOf('day');
  for (let n = 0; n < DAYS_MOST; n++) {
    if (isWorkingDay(day, hours)) {
      const begins = Math.max(start.getTime(), at(day, hours.from));
      const ends = at(day, hours.to);
      if (ends > begins) {
        if (begins + left <= ends) return new Date(begins + left);
        left -= ends - begins;
      }
    }
    day = day.plus({ days: 1 }).startOf('day');
  }
  throw new Error(`hours without working time: ${JSON.stringify(hours)}`);
}

/** The same time of day, by the clock on the wall, on the nth working day after `start`; outside of hours counting begins when work does. */
function addBusinessDays(start: Date, days: number, hours: Hours | null): Date {
  if (!hours) return new Date(start.getTime() + days * 86_400_000);
  const begins = DateTime.fromJSDate(addBusinessTime(start, 0, hours), { zone: hours.zone });
  let left = days;
  for (let n = 1; left > 0; n++) {
    if (n > DAYS_MOST) throw new Error(`hours without working time: ${JSON.stringify(hours)}`);
    if (isWorkingDay(begins.plus({ days: n }), hours)) left -= 1;
    if (left === 0) return begins.plus({ days: n }).toJSDate();
  }
  return begins.toJSDate();
}

function isWorkingDay(day: DateTime, hours: Hours): boolean {
  return hours.days.includes(WEEKDAYS[day.weekday - 1]!) && !hours.holidays?.includes(day.toISODate() ?? '');
}

/** The moment a fact names: an ISO 8601 time, or a day, which begins when work does in that zone. null for anything else. */
export function momentOf(text: string, hours: Hours | null): Date | null {
  const read = DateTime.fromISO(text.trim(), { zone: hours?.zone ?? 'utc' });
  if (!read.isValid) return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text.trim());
  return isDay && hours ? new Date(at(read, hours.from)) : read.toJSDate();
}

/** Milliseconds of `HH:MM` on that day. */
function at(day: DateTime, time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour!, minute: minute! }).toMillis();
}
