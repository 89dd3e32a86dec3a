// The card of an approval: who asks, the evidence, what would go out word for word, who may answer, and who did.

import type { ApprovalDraft } from './approval-draft.js';
import type { CardButton, CardPart, ChatCard } from './chat-card.js';
import type { RenderedEffect } from './decision.js';
import { cleanValue, escapeSlack, oneLine } from './escape.js';
import { stepLine } from './explain.js';
import { opening } from './hold-card.js';
import { cut } from './text.js';

const EVIDENCE_MOST = 8;
const STEPS_MOST = 10;
const MESSAGE_MOST = 2_500;

export interface ApprovalCardInput {
  /** Keyed hash of what is shown: it names the approval, and proves what was clicked on. */
  id: string;
  name: string;
  ticketId: string;
  subject: string;
  contents: Pick<ApprovalDraft, 'approvers' | 'asks' | 'consequence' | 'items'>;
  state: string;
  by: string;
  answeredAt: string | null;
  ticketUrl: string | null;
  caseUrl: string | null;
  isRepeat: boolean;
}

const HEADINGS: Record<string, string> = { open: 'Approval asked', approved: 'Approved', refused: 'Refused' };

/** The card, and the line that notifications show (escaped). After retention nothing is left to show: null. */
export function approvalCard(input: ApprovalCardInput): { card: ChatCard; text: string } | null {
  const { contents, state, name } = input;
  if (!contents) return null;
  const { asks, consequence, approvers, items = [] } = contents;
  const heading = `${HEADINGS[state] ?? 'No longer asked'}${input.isRepeat ? ' (possible duplicate)' : ''}`;
  const title = `#${oneLine(input.ticketId, 40)}: ${oneLine(input.subject || '(no subject)', 200)}`;
  const line = (text: string) => oneLine(text, 300);
  const answered = input.answeredAt
    ? [{ label: 'Answered', text: `${line(input.by)}, ${when(input.answeredAt)}` }]
    : [];
  const parts: CardPart[] = [
    { label: 'Ticket', text: title },
    { label: `Asks for ${oneLine(name, 80)}`, text: line(asks.requester) || 'not known' },
    { label: 'Organization', text: `${line(asks.organization) || 'none named'}: ${oneLine(asks.reason, 600)}` },
    ...(asks.evidence.length > 0
      ? [{ label: 'Evidence', text: asks.evidence.slice(0, EVIDENCE_MOST).map(line).join('\n') }]
      : []),
    {
      label: items.length > 1 ? `Once all ${items.length} are approved` : 'Once approved',
      text: consequenceLines(contents).join('\n'),
    },
    ...consequence.effects.slice(0, STEPS_MOST).flatMap(wordsOf),
    { label: 'Who may answer', text: approvers.map((a) => oneLine(a.name, 100)).join(', ') },
    ...answered,
  ];
  const buttons = [...answerButtons(input), ...opening(input)];
  const card = { heading, parts, buttons, footer: 'The first answer counts. Nobody approves their own request.' };
  return { card, text: escapeSlack(`${heading}: ticket ${title}`) };
}

/** Buttons that answer, while it is open. */
export function answerButtons({ id, state }: Pick<ApprovalCardInput, 'id' | 'state'>): CardButton[] {
  if (state !== 'open') return [];
  return [
    { action: 'approve', label: 'Approve', value: id, isPrimary: true },
    { action: 'refuse', label: 'Refuse', value: id },
  ];
}

/** What would be done, a line a step. */
export function consequenceLines({ consequence }: Pick<ApprovalDraft, 'consequence'>): string[] {
  const lines = consequence.effects.slice(0, STEPS_MOST).map((e) => oneLine(stepLine(e), 300));
  return lines.length > 0 ? lines : ['nothing is sent'];
}

/** The words of a message that would go out. */
function wordsOf(effect: RenderedEffect): CardPart[] {
  if (!('text' in effect)) return [];
  return [
    { label: `Word for word: ${oneLine(stepLine(effect), 150)}`, text: cut(cleanValue(effect.text), MESSAGE_MOST) },
  ];
}

function when(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
