// Approving by internal note, `usher: approve` or `usher: refuse`: what a note says, which approval it means, and what answers it.
import { itemOfKey, nameOfKey } from './approval-items.js';
import type { SteeringNote } from './steering.js';
import { cut, foldWords } from './text.js';
import { moment } from './wait-words.js';

/** A note that answers an approval, before anybody asks who may. */
export interface ApprovalNote extends Omit<SteeringNote, 'verb' | 'rest'> {
  verb: 'approve' | 'refuse';
  /** The approval or item it names; '' for the only one that is open. */
  name: string;
}

const ANSWER = /^(approve|refuse)(?:\s+(.+))?$/i;

/** What stands behind `usher:`, as an answer to an approval; null when it is another command. */
export function readAnswer(said: string): Pick<ApprovalNote, 'verb' | 'name'> | null {
  const found = ANSWER.exec(said.replace(/[.!?\s]+$/, ''));
  return found && { verb: found[1]!.toLowerCase() as ApprovalNote['verb'], name: found[2] ?? '' };
}

/** Which of several a note means: by the whole key, the item, or the approval's name. Case and punctuation play no part. */
export function meantBy<T extends { name: string }>(note: ApprovalNote, among: T[]): T[] {
  const wanted = foldWords(note.name);
  if (wanted === '') return among;
  const isMeant = (part: string | null) => part !== null && foldWords(part) === wanted;
  return among.filter(({ name }) => [name, itemOfKey(name), nameOfKey(name)].some(isMeant));
}

/** What became of a note. `key` names the approval. */
export type NoteOutcome =
  | { kind: 'unknown-writer' }
  | { kind: 'nothing-open' }
  | { kind: 'which'; keys: string[] }
  | { kind: 'own-request' }
  | { kind: 'no-right'; key: string; approvers: string[] }
  | { kind: 'over' | 'older' | 'changed'; key: string }
  /** `counts`: by this note; else somebody was faster. */
  | { kind: 'answered'; key: string; state: 'approved' | 'refused'; by: string; at: string; counts: boolean };

/** The note that answers, in support's words. */
export function outcomeText(note: ApprovalNote, outcome: NoteOutcome): string {
  switch (outcome.kind) {
    case 'unknown-writer':
      return `${note.from || 'Whoever wrote this'} may not answer an approval: agents may who are named with their id in rules/directory.yaml, and sign in to write. Nothing was done.`;
    case 'nothing-open':
      return 'Nothing on this ticket waits for an approval, so nothing was done.';
    case 'which':
      return `It is not clear what is meant. Open are: ${outcome.keys.join('; ')}. Write for example "usher: ${note.verb} ${outcome.keys[0]}". Nothing was done.`;
    case 'own-request':
      return 'Nobody approves their own request. Nothing was done.';
    case 'no-right':
      return `${cut(note.from, 120)} is not, or no longer, among those who may answer "${outcome.key}": ${outcome.approvers.join(', ')}. Nothing was done.`;
    case 'over':
      return `"${outcome.key}" is no longer to be answered: its time is over, or a person has the ticket. Nothing was done.`;
    case 'older':
      return `This note is not younger than "${outcome.key}" as it is asked now. Look at the mail or card, and write the note again. Nothing was done.`;
    case 'changed':
      return `The ticket or a list has changed since "${outcome.key}" was shown, so this answer does not count. Where it is still needed, it is asked anew.`;
    case 'answered': {
      const said = `"${outcome.key}" was ${outcome.state} by ${outcome.by}, ${moment(outcome.at)}.`;
      return outcome.counts
        ? `${said} Usher goes on.`
        : `${said} That answer came first, and this note changes nothing.`;
    }
  }
}
