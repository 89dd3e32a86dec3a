// Business hours: when a programme's people work, and when so much working time will have passed.
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
}

/** Days looked through for working time; any pattern of weekdays has some within them. */
const DAYS_MOST = 3_660;

/**
 * The moment at which `ms` milliseconds of working time have passed since `start`. Without hours every moment counts.
 * A day's length is the zone's own: where clocks change, 09:00 to 17:00 stays 09:00 to 17:00.
 */
export function addBusinessTime(start: Date, ms: number, hours: Hours | null): Date {
  if (!hours) return new Date(start.getTime() + ms);
  let left = ms;
  let day = DateTime.fromJSDate(start, { zone: hours.zone }).startOf('day');
  for (let n = 0; n < DAYS_MOST; n++) {
    if (hours.days.includes(WEEKDAYS[day.weekday - 1]!)) {
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

/** Milliseconds of `HH:MM` on that day. */
function at(day: DateTime, time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour!, minute: minute! }).toMillis();
}
