// Approvals answered by internal notes: read with the ticket, counted only for what would still be asked now, and answered once.
import { type ApprovalNote, meantBy, type NoteOutcome, outcomeText } from '../core/approval-notes.js';
import { isWriter } from '../core/note-writer.js';
import { planWrites } from '../core/plan.js';
import type { Directory, Person } from '../core/rulebook.js';
import { approvalNotes, type Command } from '../core/steering.js';
import { answerNote } from '../core/steering-answers.js';
import type { Ticket } from '../core/ticket.js';
import type { CaseRecord, Lease, ShownApproval } from '../ledger.js';
import { approverOf } from './answer-approval.js';
import { latestApprovals } from './approvals.js';
import type { FlowDeps } from './deps.js';
import { COMMANDS_MOST } from './steer.js';

interface Visit {
  deps: FlowDeps;
  lease: Lease;
  record: CaseRecord;
  ticket: Ticket;
  directory: Directory;
  /** Ids of what a decision of now asks to be approved. */
  current: string[];
}

/**
 * Takes the answers that are new to the ledger, before anything is decided. true: some were taken, and the case is to be visited again,
 * which decides with them. Safe to repeat: an answer that was taken by a process which then died is found as given.
 */
export async function answerByNotes(visit: Visit): Promise<boolean> {
  const { deps, lease, record, ticket } = visit;
  const known = new Set(record.commands.map((c) => c.commentId));
  const notes = approvalNotes(ticket).filter((note) => !known.has(note.commentId));
  const taken = notes.slice(0, Math.max(0, COMMANDS_MOST - known.size));
  if (taken.length === 0) return false;
  const commands: Command[] = [];
  for (const note of taken) commands.push(await carryOut(visit, note));
  const answers = deps.hands ? commands.flatMap((c) => planWrites([answerNote(c.commentId, c.answer ?? '')])) : [];
  // What else is new on the ticket is still to be decided upon.
  await deps.ledger.steer(lease, { commands, answers }, record.decidedTicketAt ?? ticket.updatedAt);
  return true;
}

/** As which people of the directory somebody wrote. */
function writersOf({ ticket, directory }: Visit, note: ApprovalNote): Person[] {
  return Object.values(directory.people).filter((person) => isWriter(person, ticket.helpdesk, note));
}

async function carryOut(visit: Visit, note: ApprovalNote): Promise<Command> {
  const { deps } = visit;
  const [writer] = writersOf(visit, note);
  const { outcome, id } = await outcomeOf(visit, note);
  return {
    commentId: note.commentId,
    by: writer?.name ?? (note.from || 'Somebody'),
    at: note.at,
    verb: writer ? note.verb : 'not-allowed',
    // What was answered, by the hash of what was shown.
    name: outcome.kind === 'answered' && outcome.counts ? id : null,
    answer: deps.hands ? outcomeText(note, outcome) : null,
  };
}

async function outcomeOf(visit: Visit, note: ApprovalNote): Promise<{ outcome: NoteOutcome; id: string | null }> {
  const { deps, record, ticket } = visit;
  const writers = writersOf(visit, note);
  const only = (outcome: NoteOutcome) => ({ outcome, id: null });
  if (writers.length === 0) return only({ kind: 'unknown-writer' });
  const asked = latestApprovals(record);
  const open = asked.filter((a) => a.state === 'open');
  const meant = meantBy(note, open);
  if (meant.length > 1 || (meant.length === 0 && open.length > 0 && meantBy(note, asked).length === 0))
    return only({ kind: 'which', keys: open.map((a) => a.name).sort() });
  const approval = meant[0] ? await deps.ledger.approval(meant[0].id) : await latestAnswered(visit, note);
  if (!approval) return only({ kind: 'nothing-open' });
  const addresses = writers.flatMap((person) => person.email ?? []);
  const requester = ticket.requester.email.toLowerCase();
  if ([note.from, ...addresses].some((address) => address.toLowerCase() === requester))
    return only({ kind: 'own-request' });
  return { outcome: await answer(visit, note, { approval, addresses }), id: approval.id };
}

/** The one answered last: somebody was faster, or this very note in a process that died. */
async function latestAnswered({ deps, record }: Visit, note: ApprovalNote): Promise<ShownApproval | null> {
  const given = meantBy(note, latestApprovals(record)).filter((a) => a.state !== 'open');
  const shown = (await Promise.all(given.map((a) => deps.ledger.approval(a.id)))).filter((a) => a !== null);
  return shown.sort((a, b) => (a.answeredAt ?? '').localeCompare(b.answeredAt ?? '')).at(-1) ?? null;
}

async function answer(
  { deps, lease, record, directory, current }: Visit,
  note: ApprovalNote,
  { approval, addresses }: { approval: ShownApproval; addresses: string[] },
): Promise<NoteOutcome> {
  const { id, name: key, contents } = approval;
  const [approver] = addresses.flatMap((address) => approverOf(approval, { address }, directory) ?? []);
  if (!approver) return { kind: 'no-right', key, approvers: contents.approvers.map((a) => a.name) };
  const state = note.verb === 'approve' ? 'approved' : 'refused';
  if (approval.state === 'closed') return { kind: 'over', key };
  if (approval.state === 'open' || approval.state === 'changing') {
    const askedAt = record.approvals.find((a) => a.id === id)?.at ?? '';
    if (Date.parse(note.at) <= Date.parse(askedAt)) return { kind: 'older', key };
    // What is shown is compared before the answer is taken, so that nobody reads "approved" of what is taken back at once.
    if (!current.includes(id)) return { kind: 'changed', key };
    await deps.ledger.answerApproval(id, { state, by: approver.name, via: 'internal note' }, lease);
  }
  const after = (await deps.ledger.approval(id)) ?? approval;
  if (after.state !== 'approved' && after.state !== 'refused') return { kind: 'over', key };
  const counts = after.state === state && after.by === approver.name;
  return { kind: 'answered', key, state: after.state, by: after.by, at: after.answeredAt ?? note.at, counts };
}
