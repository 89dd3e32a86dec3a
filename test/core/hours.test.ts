// Working time: hours, business days and holidays, also where clocks change, in both directions.
import { describe, expect, it } from 'vitest';
import { addSpan, type Hours, momentOf, type Span } from '../../src/core/hours.js';

const office: Hours = {
  zone: 'America/New_York',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
};
const always: Hours = {
  ...office,
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '00:00',
  to: '23:59',
};
const christmas: Hours = { ...office, holidays: ['2026-12-25'] };
const hours = (n: number): Span => ({ businessMs: n * 3_600_000 });
const days = (n: number): Span => ({ businessDays: n });

// 2026: clocks go forward on Sunday 8 March and back on Sunday 1 November, both at 02:00 in New York.
const rows: [name: string, start: string, span: Span, hours: Hours | null, end: string][] = [
  ['by the clock, weekends count', '2026-03-06T16:00-05:00', { ms: 86_400_000 }, office, '2026-03-07T16:00-05:00'],
  [
    'by the clock, a day has 24 hours also when clocks change',
    '2026-03-07T16:00-05:00',
    { ms: 86_400_000 },
    office,
    '2026-03-08T17:00-04:00',
  ],
  ['an hour of a working day', '2026-03-03T10:00-05:00', hours(1), office, '2026-03-03T11:00-05:00'],
  [
    'hours go over a weekend, and over the change forward',
    '2026-03-06T16:00-05:00',
    hours(2),
    office,
    '2026-03-09T10:00-04:00',
  ],
  [
    'hours go over a weekend, and over the change back',
    '2026-10-30T16:00-04:00',
    hours(2),
    office,
    '2026-11-02T10:00-05:00',
  ],
  [
    'a night with the change forward is an hour shorter',
    '2026-03-08T00:00-05:00',
    hours(3),
    always,
    '2026-03-08T04:00-04:00',
  ],
  [
    'a night with the change back is an hour longer',
    '2026-11-01T00:00-04:00',
    hours(3),
    always,
    '2026-11-01T02:00-05:00',
  ],
  ['hours leave a holiday out', '2026-12-24T16:00-05:00', hours(2), christmas, '2026-12-28T10:00-05:00'],
  ['a business day ends at the same time of day', '2026-03-03T10:42-05:00', days(1), office, '2026-03-04T10:42-05:00'],
  [
    'days go over a weekend, the wall clock stays over the change forward',
    '2026-03-06T10:42-05:00',
    days(1),
    office,
    '2026-03-09T10:42-04:00',
  ],
  ['and over the change back', '2026-10-30T10:42-04:00', days(1), office, '2026-11-02T10:42-05:00'],
  [
    'a time that the change leaves out is an hour later',
    '2026-03-07T02:30-05:00',
    days(1),
    always,
    '2026-03-08T03:30-04:00',
  ],
  ['days leave holidays out', '2026-12-23T12:00-05:00', days(2), christmas, '2026-12-28T12:00-05:00'],
  ['outside of hours counting begins with work', '2026-03-07T22:00-05:00', days(1), office, '2026-03-10T09:00-04:00'],
  ['after work it begins on the next morning', '2026-03-03T20:00-05:00', days(1), office, '2026-03-05T09:00-05:00'],
  ['without hours every day is a business day', '2026-03-07T22:00Z', days(2), null, '2026-03-09T22:00Z'],
  ['without hours every hour counts', '2026-03-07T22:00Z', hours(4), null, '2026-03-08T02:00Z'],
];

describe('addSpan', () => {
  it.each(rows)('%s', (_name, start, span, of, end) => {
    expect(addSpan(new Date(start), span, of)).toEqual(new Date(end));
  });
});

describe('momentOf', () => {
  it.each([
    ['2026-03-10T12:00:00Z', office, '2026-03-10T12:00:00Z'],
    ['2026-03-10', office, '2026-03-10T09:00-04:00'],
    ['2026-03-10', null, '2026-03-10T00:00Z'],
  ])('reads %s', (text, of, moment) => {
    expect(momentOf(text, of)).toEqual(new Date(moment));
  });

  it('knows no moment in other words', () => {
    expect(momentOf('next Tuesday', office)).toBeNull();
    expect(momentOf('2026-02-30', office)).toBeNull();
  });
});
