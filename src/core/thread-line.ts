// One line in the thread of a case: what became of it, or who answered an approval and how.
import type { ChatCard } from './chat-card.js';
import { cleanValue, escapeSlack, oneLine } from './escape.js';
import { cut } from './text.js';

/** A line as a card without heading or buttons, and what notifications say (escaped). `isRepeat`: an earlier attempt may stand too. */
function line(text: string, isRepeat: boolean): { card: ChatCard; text: string } {
  const said = `${cut(cleanValue(oneLine(text, 600)), 600)}${isRepeat ? ' (possible duplicate)' : ''}`;
  const parts = [{ label: null, text: said }];
  return { card: { heading: null, parts, buttons: [], footer: null }, text: escapeSlack(said) };
}

/** How an episode ended. `state` is `done` or `not-for-usher`. */
export function endLine(
  ended: { ticketId: string; state: string; outcome: string | null; rule: string | null; reason: string | null },
  isRepeat: boolean,
): ReturnType<typeof line> {
  const { ticketId, state, outcome, rule, reason } = ended;
  if (state !== 'done') return line(`#${ticketId} is left to people${reason ? `: ${reason}` : ''}`, isRepeat);
  return line(`#${ticketId} is done${outcome ? `: ${outcome}` : ''}${rule ? ` (rule ${rule})` : ''}`, isRepeat);
}

/** Who answered an approval, and how. */
export function answerLine(
  { name, state, by }: { name: string; state: string; by: string },
  isRepeat: boolean,
): ReturnType<typeof line> {
  return line(`${name}: ${state} by ${by}`, isRepeat);
}
