// Agents steer from inside the help desk: their notes are read with the ticket, carried out once, and answered by a note.
import type { CaseFacts, Triage } from '../core/decision.js';
import { matchOrganization } from '../core/match/match.js';
import { indexFor } from '../core/match/programme-indexes.js';
import type { Match } from '../core/match-result.js';
import { planWrites } from '../core/plan.js';
import { type Command, type SteeringNote, steererOf, steeringNotes, steeringOf } from '../core/steering.js';
import { answerNote, answerTo, isAnswer } from '../core/steering-answers.js';
import type { Ticket } from '../core/ticket.js';
import type { PlannedWrite } from '../core/write.js';
import type { CaseRecord, Lease, WriteRecord } from '../ledger.js';
import type { FlowDeps, Knowledge } from './deps.js';
import { handFor, isUnsent, workOn } from './perform.js';

/** Commands taken on one ticket, ever; more is no person steering. */
export const COMMANDS_MOST = 40;

interface Taken {
  note: SteeringNote;
  /** null: they may not steer. */
  by: string | null;
  named: Match | null;
}

/** What notes tell that no decision has taken in yet, and what stands after them. */
export interface Steering {
  taken: Taken[];
  facts: ReturnType<typeof steeringOf>;
  /** A person wants the case decided again now. */
  looksAgain: boolean;
  /** Usher was told to stop, and is told to go on now. */
  isReleased: boolean;
  /** A person wants refused steps tried again. */
  retriesRefused: boolean;
}

/** Reads the commands that are new to the ledger. */
export function newCommands(record: CaseRecord, ticket: Ticket, { rulebook, indexes }: Knowledge, now: Date): Steering {
  // The lists of the programme that has the case.
  const programme = rulebook.programmes.find((p) => p.name === record.programme) ?? null;
  const index = indexFor(indexes, programme, rulebook, now);
  const known = new Set(record.commands.map((c) => c.commentId));
  const taken = steeringNotes(ticket)
    .filter((note) => !known.has(note.commentId))
    .slice(0, Math.max(0, COMMANDS_MOST - known.size))
    .map((note): Taken => {
      const by = steererOf(rulebook.directory, ticket.helpdesk, note);
      if (by === null || note.verb !== 'this-is') return { note, by, named: null };
      const nobody = { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' };
      const asked = { organization: null, requester: { email: '', name: '' }, authentication: nobody, claims: [] };
      return { note, by, named: matchOrganization({ ...asked, person: { name: note.rest, by } }, index) };
    });
  const orders = taken.filter(
    ({ by, note, named }) =>
      by !== null && (named ? named.verdict === 'listed' : note.verb !== 'why' && note.verb !== 'unknown'),
  );
  const facts = steeringOf([...record.commands, ...taken.map((t) => toCommand(t, null))]);
  return {
    taken,
    facts,
    looksAgain: orders.length > 0,
    isReleased: steeringOf(record.commands).stoppedBy !== null && facts.stoppedBy === null,
    retriesRefused: orders.some(({ note }) => note.verb === 'retry' || note.verb === 'resume'),
  };
}

/** What a decision may look at of it; nothing where nobody ever steered. */
export function steeringFacts({ facts }: Steering): Pick<CaseFacts, 'steering'> {
  return facts.organization || facts.stoppedBy ? { steering: facts } : {};
}

function toCommand({ note, by, named }: Taken, answer: string | null): Command {
  const { commentId, at } = note;
  const name = named?.verdict === 'listed' ? named.name : null;
  return {
    commentId,
    at,
    by: by ?? (note.from || 'Somebody'),
    verb: by === null ? 'not-allowed' : note.verb,
    name,
    answer,
  };
}

/** The commands with their answers, for the ledger. Where nothing may be written, nothing is answered. */
export function withAnswers(
  { hands }: FlowDeps,
  { taken }: Steering,
  standing: { triage: Triage | null; decided: string | null },
): Command[] {
  return taken.map((one) => toCommand(one, hands ? answerTo({ ...one, ...standing }) : null));
}

/** Notes that are to be planned now. `replaces`: what is planned and has not left is planned anew. */
export function answersDue(deps: FlowDeps, record: CaseRecord, fresh: Command[], replaces: boolean): PlannedWrite[] {
  if (!deps.hands) return [];
  const open = record.commands.filter((c) => c.answered === 'no' || (replaces && c.answered === 'planned'));
  return [...open, ...fresh].flatMap(({ commentId, answer }) =>
    answer === null ? [] : planWrites([answerNote(commentId, answer)]),
  );
}

/** Takes commands in without deciding: the case is finished, or nothing it is decided for. */
export async function steerOnly(
  deps: FlowDeps,
  lease: Lease,
  record: CaseRecord,
  { steering, ticket }: { steering: Steering; ticket: Ticket },
): Promise<void> {
  const triage = steering.taken.length > 0 ? await deps.ledger.latestTriage(record.id) : null;
  const commands = withAnswers(deps, steering, { triage, decided: null });
  const answers = answersDue(deps, record, commands, false);
  const isOpen = record.commands.some((c) => c.answered === 'planned');
  if (commands.length > 0 || answers.length > 0 || isOpen)
    await deps.ledger.steer(lease, { commands, answers }, ticket.updatedAt);
}

/** Whether a write is the note that answers a command. */
export function carriesAnswer(write: WriteRecord): boolean {
  return write.steps.some((step) => isAnswer(step.effect));
}

/**
 * Writes the answers that are planned, whatever the state of the case. `isMoved`: something was written, or the ticket moved on;
 * `wakeInMs`: when the next look at one that waits is due.
 */
export async function tellAnswers(
  deps: FlowDeps,
  lease: Lease,
  record: CaseRecord,
): Promise<{ isMoved: boolean; wakeInMs: number | null }> {
  let isMoved = false;
  for (const write of [...record.leftNotices, ...record.notices]) {
    if (!carriesAnswer(write) || (write.state !== 'planned' && write.state !== 'claimed')) continue;
    if (!handFor(deps, write)) continue;
    if (deps.stopping?.aborted) return { isMoved, wakeInMs: 0 };
    const result = await workOn({ deps, lease, record, write });
    if (result.kind === 'wait') return { isMoved, wakeInMs: result.ms };
    isMoved = true;
    if (result.kind === 'decide-again') break;
    // Nobody is held up by an answer that cannot be written; the timeline has the command.
    if (result.kind === 'held' && isUnsent(write) && write.state === 'planned')
      await deps.ledger.settle(lease, write.id, { state: 'dropped', reason: result.reason });
  }
  return { isMoved, wakeInMs: null };
}
