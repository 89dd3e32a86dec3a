// The card of a ticket that needs a person: what it is, why, whom it may mean, and how it went on.
import type { CardButton, ChatCard } from './chat-card.js';
import type { Triage } from './decision.js';
import { cleanValue, escapeSlack, oneLine } from './escape.js';
import { cut } from './text.js';

const CANDIDATES_MOST = 5;

export interface HoldCardInput {
  caseId: string;
  state: string;
  /** Why it needs a person, or what became of it. */
  reason: string;
  outcome: string | null;
  triage: Triage;
  /** Where the ticket and the case are seen; null when not known. */
  ticketUrl: string | null;
  caseUrl: string | null;
  /** Of the button that asks for another look; null: nothing is to be clicked. */
  lookAgain: string | null;
  /** An earlier attempt may have been posted too. */
  isRepeat: boolean;
}

const HEADINGS: Record<string, string> = {
  held: 'Needs a person',
  done: 'Done',
  'not-for-usher': 'Left to people',
  waiting: 'Usher waits',
};

/** The card, and the line that notifications show (escaped mrkdwn). */
export function holdCard(input: HoldCardInput): { card: ChatCard; text: string } {
  const { triage, state } = input;
  const heading = `${HEADINGS[state] ?? 'Usher is at work'}${input.isRepeat ? ' (possible duplicate)' : ''}`;
  const { facts, match, decision } = triage;
  const title = `#${oneLine(String(facts.ticket.id), 40)}: ${oneLine(String(facts.ticket.subject || '(no subject)'), 200)}`;
  const who = [facts.requester.name, facts.requester.email].filter(Boolean).map((part) => oneLine(String(part), 150));
  const candidates = match.candidates
    .slice(0, CANDIDATES_MOST)
    .map((c) => oneLine(`${c.name} (${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`, 300));
  const isHeld = state === 'held';
  const parts = [
    { label: 'Ticket', text: title },
    { label: 'From', text: who.join(', ') || 'not known' },
    { label: 'Organization', text: `${oneLine(match.name ?? 'none named', 150)}, ${match.verdict}` },
    { label: isHeld ? 'Why' : 'What became of it', text: cut(cleanValue(oneLine(input.reason, 1_000)), 1_000) },
    ...(isHeld && candidates.length > 0 ? [{ label: 'It may be', text: candidates.join('\n') }] : []),
    ...(input.outcome && !isHeld ? [{ label: 'Outcome', text: oneLine(input.outcome, 100) }] : []),
  ];
  const card: ChatCard = {
    heading,
    parts,
    buttons: buttonsOf(input),
    footer: `Case ${input.caseId}${decision.rule ? `, rule ${decision.rule}` : ''}`,
  };
  return { card, text: escapeSlack(`${heading}: ticket ${title}`) };
}

function buttonsOf({ lookAgain, ticketUrl, caseUrl }: HoldCardInput): CardButton[] {
  return [
    ...(lookAgain ? [{ action: 'look-again' as const, label: 'Look again', value: lookAgain, isPrimary: true }] : []),
    ...opening({ ticketUrl, caseUrl }),
  ];
}

/** Buttons that lead to the ticket and to what Usher knows of it, as far as addresses are known. */
export function opening({ ticketUrl, caseUrl }: Pick<HoldCardInput, 'ticketUrl' | 'caseUrl'>): CardButton[] {
  const open = (label: string, url: string | null): CardButton[] =>
    url && /^https?:\/\//.test(url) ? [{ action: 'open', label, url }] : [];
  return [...open('Open ticket', ticketUrl), ...open('Why', caseUrl)];
}
