// What Usher answers to a command of an agent, by an internal note: once, whether it was understood or not.
import type { RenderedEffect, Triage } from './decision.js';
import { explainDecision } from './explain.js';
import type { Match } from './match-result.js';
import { ownNote } from './notices.js';
import type { SteeringNote } from './steering.js';
import { cut } from './text.js';

const WORDS =
  '"usher: retry", "usher: stop", "usher: resume", "usher: why", "usher: this is NAME", "usher: approve" or "usher: refuse"';
const WHY_MOST = 6_000;
const CANDIDATES_MOST = 5;

/** The note that carries an answer; its slot is the command's own. */
export function answerNote(commentId: string, answer: string): RenderedEffect {
  return ownNote(`answer-${commentId}`, [answer]);
}

/** Whether a step is the answer to a command. */
export function isAnswer(effect: RenderedEffect): boolean {
  return effect.type === 'note' && effect.template.startsWith('answer-');
}

export interface Answering {
  note: SteeringNote;
  /** Who wrote it; null: they may not steer. */
  by: string | null;
  /** `this is`: how the name was matched, as said by that person. */
  named: Match | null;
  /** The decision that stands now, made because of the command or before it. */
  triage: Triage | null;
  /** The decision in a sentence, when the command led to one; null on a case that is finished. */
  decided: string | null;
}

/** The text that answers one command. */
export function answerTo(a: Answering): string {
  if (a.by === null)
    return `${a.note.from || 'Whoever wrote this'} may not steer Usher: agents may who are named with their id in rules/directory.yaml, and sign in to write. Nothing was done.`;
  switch (a.note.verb) {
    case 'unknown':
      return `Usher does not understand "${cut(a.note.rest, 120)}". Write ${WORDS}. Nothing was done.`;
    case 'why':
      return a.triage ? cut(explainDecision(a.triage), WHY_MOST) : 'Nothing has been decided on this ticket yet.';
    case 'stop':
      return `Usher leaves this ticket alone from now on, as ${a.by} asked. To let it go on, write "usher: resume".`;
    case 'this-is':
      return namedAnswer(a, a.by, a.named!);
    case 'retry':
    case 'resume':
      return a.decided
        ? `Usher looked again, as ${a.by} asked. ${a.decided}`
        : 'This ticket is finished, and nothing is sent again. A reply of the requester opens it again by itself; a wrong outcome is put right on the status page.';
  }
}

function namedAnswer({ note, decided }: Answering, by: string, named: Match): string {
  if (named.verdict === 'listed') {
    const what = `This is ${named.name}, as ${by} said (${named.evidence.flatMap((e) => e.cell ?? []).join(', ')}).`;
    return decided
      ? `${what} Usher looked again. ${decided}`
      : `${what} The ticket is finished; it counts when the requester writes again.`;
  }
  const lines = named.candidates
    .slice(0, CANDIDATES_MOST)
    .map((c) => `- ${c.name} (${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`);
  const near = lines.length > 0 ? `\nIt may be one of these:\n${lines.join('\n')}` : '';
  return `No list has exactly one organization named "${cut(note.rest, 120)}": ${named.reason}. Nothing was done; write the name as it stands in the list.${near}`;
}
