// Sending that is stopped and what waits, as text.
import type { SendingState, Stop } from '../ports/sending.js';
import { visible } from '../problem.js';

/** What `usher pause` prints. */
export function stoppedText(state: SendingState): string {
  return [
    ...state.stops.map(stopLine),
    'Usher goes on reading and deciding. Nothing new is sent; what had left already ends.',
    `${countOf(state)}. To see it and go on: usher resume-all`,
  ].join('\n');
}

/** What `usher resume-all` prints before it goes on. */
export function waitingText(state: SendingState): string {
  const lines = state.waiting.map((w) => visible(`  #${w.ticketId} ${w.subject || '(no subject)'}: ${w.says}`));
  return [
    ...(state.stops.length > 0 ? state.stops.map(stopLine) : ['Sending is not stopped.']),
    ...(lines.length > 0 ? ['This would go out:', ...lines] : ['No step waits.']),
    ...(state.hasMore ? ['  … and more'] : []),
  ].join('\n');
}

function stopLine({ programme, by, since, reason }: Stop): string {
  const what = programme === null ? 'All sending is stopped' : `Sending for ${programme} is stopped`;
  return visible(`${what} since ${since}, by ${by}${reason ? `: ${reason}` : ''}.`);
}

function countOf({ waiting, hasMore }: SendingState): string {
  const n = waiting.length;
  return hasMore ? `More than ${n} steps wait` : n === 1 ? '1 step waits' : `${n} steps wait`;
}
