// What agents read on the ticket itself: why a person is needed, a reminder of it, and what Usher would do in propose mode.
import { allEffects } from './approval-draft.js';
import type { RenderedEffect, Triage } from './decision.js';
import { escapeHtml } from './escape.js';
import { stepLine } from './explain.js';
import type { Programme, Rulebook } from './rulebook.js';
import { cut } from './text.js';
import { afterWords } from './wait-words.js';

/** Stands on every ticket that needs a person, until Usher acts on it after all. */
export const NEEDS_PERSON_TAG = 'usher-needs-person';

const CANDIDATES_MOST = 5;
const SIGNED = 'Usher, the support bot';

export interface HoldNotice {
  /** Why a person is needed: the decision's reason, or what went wrong with a step. */
  reason: string;
  /** The latest decision. */
  triage: Triage;
  caseId: string;
  /** Where the case can be seen, or null. */
  caseUrl: string | null;
  /** The template name in the slot: another one for each reason. */
  template: string;
}

/** An internal note: why, the candidates with their cells, what to do. */
export function holdNote(notice: HoldNotice): RenderedEffect {
  const { match } = notice.triage;
  const candidates = match.candidates
    .slice(0, CANDIDATES_MOST)
    .map((c) => `- ${c.name} (${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`);
  return note(notice.template, [
    `This ticket needs a person: ${cut(notice.reason, 1_000)}`,
    ...(candidates.length > 0 ? [`It may be one of these; check before you act:\n${candidates.join('\n')}`] : []),
    `What to do: answer by hand and take the ticket, or mend what is named above (the list, the organization's record, a failed step) and let Usher look again. ${placeOf(notice)}`,
  ]);
}

/** The same ticket again, after so much working time. */
export function reminderNote(notice: HoldNotice): RenderedEffect {
  return note(notice.template, [
    `This ticket still needs a person: ${cut(notice.reason, 1_000)}`,
    `Nobody has answered or taken it since. ${placeOf(notice)}`,
  ]);
}

/** What Usher would do, and why; nothing of it is done. */
export function proposalNote(triage: Triage, template: string): RenderedEffect {
  const steps = allEffects(triage).map((effect, i) => `${i + 1}. ${stepLine(effect)}`);
  const after = afterWords(triage.decision, triage.facts.now);
  const texts = triage.effects
    .filter((effect) => effect.type === 'reply')
    .map((effect) => `The reply would be:\n${effect.text.trim()}`);
  return note(template, [
    `Usher would decide "${triage.decision.outcome ?? triage.decision.rule}" by the rule "${triage.decision.rule}", because: ${cut(triage.decision.reason, 600)}`,
    `It would then:\n${[...steps, ...after].join('\n')}`,
    ...texts,
    'Nothing of this was done: Usher runs in propose mode.',
  ]);
}

function placeOf({ caseId, caseUrl }: HoldNotice): string {
  return caseUrl ? `All it knows stands here: ${caseUrl}` : `All it knows is shown by: usher cases ${caseId}`;
}

function note(template: string, paragraphs: string[]): RenderedEffect {
  const all = [...paragraphs, SIGNED];
  const html = all.map((text) => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`).join('');
  return { type: 'note', template, text: all.join('\n\n'), html };
}

/** The tag, and the group of the programme's holds on this help desk where there is one. */
export function holdMarks(programme: Programme | null, rulebook: Rulebook, helpdesk: string): RenderedEffect[] {
  const tag: RenderedEffect = { type: 'tag', add: [NEEDS_PERSON_TAG], remove: [] };
  const role = programme?.holds.group;
  const group = role ? rulebook.directory.groups[role] : undefined;
  const id = group?.helpdesk[helpdesk];
  return group && id ? [tag, { type: 'group', to: role!, group: id, name: group.name }] : [tag];
}
