// Says a wait in support's words: for whom, until when, and who is told next.
import { DateTime } from 'luxon';
import type { Decision } from './decision.js';
import { type CaseWait, runningWait, startWait } from './wait.js';

/** `Tue 10 Mar 2026, 10:42 UTC` */
export function moment(iso: string): string {
  return DateTime.fromISO(iso, { zone: 'utc', locale: 'en' }).toFormat("ccc d LLL yyyy, HH:mm 'UTC'");
}

/** `Waiting for the requester until Tue 10 Mar 2026, 10:42 UTC; reminder Mon 9 Mar 2026, 10:42 UTC`; null when nothing is waited for. */
export function waitWords(wait: CaseWait | null): string | null {
  const running = runningWait(wait);
  if (!running) return null;
  const { kind, event, approval, until, followUps, taken } = running;
  const forWhat = event === null ? '' : ` for the event ${event}`;
  const whom = kind === 'ask' ? ' for the requester' : approval === null ? forWhat : ` for the approval ${approval}`;
  const next = followUps[taken];
  const then = next ? `; ${next.kind === 'remind' ? 'reminder' : 'escalation'} ${moment(next.at)}` : '';
  return `Waiting${whom} until ${moment(until)}${then}`;
}

/** What begins when the steps are done, as if that were at `now`; empty when the episode ends. */
export function afterWords({ stage, wait, isWaiting }: Decision, now: string): string[] {
  return [
    ...(stage === undefined ? [] : [`Stage: ${stage}`]),
    ...(wait ? [`Then: ${waitWords(startWait(wait, new Date(now)))}`] : []),
    ...(isWaiting ? ['The wait goes on'] : []),
  ];
}
