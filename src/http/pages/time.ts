// Times on screens: UTC, exact, with the machine-readable form beside it.
import { type Html, html } from './html.js';

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const exactClock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** `12 Mar 2026, 14:05 UTC`, or with seconds; an unreadable time is shown as it came. */
export function time(iso: string, exact = false): Html {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return html`<span>${iso}</span>`;
  const text = `${date.format(at)}, ${(exact ? exactClock : clock).format(at)} UTC`;
  return html`<time datetime="${at.toISOString()}">${text}</time>`;
}

/** `3 min ago`; rounds down, never says more than it knows. */
export function ago(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (Number.isNaN(minutes)) return 'at an unknown time';
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}
