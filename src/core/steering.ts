// What agents tell Usher by internal notes: `usher: retry`, `usher: this is NAME`; read from the ticket, never from a requester.
import { type ApprovalNote, readAnswer } from './approval-notes.js';
import { isWriter } from './note-writer.js';
import type { Directory } from './rulebook.js';
import { cut, ownLines } from './text.js';
import type { Ticket } from './ticket.js';

export type Verb = 'retry' | 'stop' | 'resume' | 'why' | 'this-is' | 'approve' | 'refuse' | 'unknown' | 'not-allowed';

/** A command as the ledger keeps it; the id of its comment is its key. */
export interface Command {
  commentId: string;
  /** The agent's name. */
  by: string;
  at: string;
  verb: Verb;
  /** `this-is`: the listed name that was meant, `approve` and `refuse`: the id of what was answered; null when it was none. */
  name: string | null;
  /** The text of the note that answers it; null where nothing may be written. */
  answer: string | null;
}

/** What agents said of one case, as a decision uses it. */
export interface Steering {
  /** Who the organization is, by a person's word. */
  organization: { name: string; by: string; at: string } | null;
  /** Who told Usher to leave the ticket alone. */
  stoppedBy: string | null;
}

/** A note that addresses Usher, before anybody asks who may. */
export interface SteeringNote {
  commentId: string;
  at: string;
  from: string;
  /** The agent's id, when the agent wrote it signed in. */
  agentId: string | null;
  verb: Exclude<Verb, 'not-allowed' | 'approve' | 'refuse'>;
  /** What follows `this is`; else what was written. */
  rest: string;
}

const ADDRESSED = /^usher\s*[:,]\s*(.*)$/i;
const THIS_IS = /^this is\s+(?:"(.+)"|(.+?))\s*$/i;
const WORDS: Record<string, SteeringNote['verb']> = {
  retry: 'retry',
  'try again': 'retry',
  'look again': 'retry',
  stop: 'stop',
  resume: 'resume',
  'go on': 'resume',
  why: 'why',
};
const READ_MOST = 300;

/** Internal notes by agents whose first own line begins with `usher:`, oldest first. Quoted lines do not count. */
function addressed(ticket: Ticket) {
  return ticket.messages.flatMap((m) => {
    if (m.public || m.author !== 'agent') return [];
    const line = ownLines(m.body).find((l) => l.trim() !== '') ?? '';
    const said = ADDRESSED.exec(cut(line.replace(/\s+/g, ' ').trim(), READ_MOST))?.[1];
    if (said === undefined) return [];
    return [{ said, written: { commentId: m.id, at: m.at, from: m.from, agentId: m.authorId ?? null } }];
  });
}

/** Such notes, but for those that answer an approval. */
export function steeringNotes(ticket: Ticket): SteeringNote[] {
  return addressed(ticket).flatMap(({ said, written }) => {
    if (readAnswer(said)) return [];
    const named = THIS_IS.exec(said);
    const verb = named ? 'this-is' : (WORDS[said.toLowerCase().replace(/[.!?\s]+$/, '')] ?? 'unknown');
    const rest = named ? (named[1] ?? named[2])! : said;
    return [{ ...written, verb, rest }];
  });
}

/** Such notes that answer an approval. */
export function approvalNotes(ticket: Ticket): ApprovalNote[] {
  return addressed(ticket).flatMap(({ said, written }) => {
    const answer = readAnswer(said);
    return answer ? [{ ...written, ...answer }] : [];
  });
}

/**
 * The name of the person of the directory who wrote a note, or null when they may not steer. Agents are known by their id, or by
 * the mail address that stands in its place; the directory's `steering` narrows it to some roles.
 */
export function steererOf(directory: Directory, helpdesk: string, note: SteeringNote): string | null {
  const mayAs = (role: string) => !directory.steering || directory.steering.includes(role);
  const found = Object.entries(directory.people).find(([role, p]) => mayAs(role) && isWriter(p, helpdesk, note));
  return found?.[1].name ?? null;
}

/** What stands after all commands of a case, oldest first: the last word counts. */
export function steeringOf(commands: Pick<Command, 'verb' | 'name' | 'by' | 'at'>[]): Steering {
  const named = commands.findLast((c) => c.verb === 'this-is' && c.name !== null);
  const last = commands.findLast((c) => c.verb === 'stop' || c.verb === 'resume');
  return {
    organization: named ? { name: named.name!, by: named.by, at: named.at } : null,
    stoppedBy: last?.verb === 'stop' ? last.by : null,
  };
}

/** A command as the timeline tells it. */
export function commandLine({ by, verb, name }: Command): string {
  if (verb === 'not-allowed') return `${by} wrote a command to Usher and may not.`;
  if (verb === 'unknown') return `${by} wrote a command that Usher does not understand.`;
  return verb === 'this-is'
    ? `${by} said who this is: ${name ?? 'a name that no list has exactly once'}.`
    : `${by} told Usher: ${verb}.`;
}
