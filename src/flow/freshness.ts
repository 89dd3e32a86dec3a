// Right before a write: has anybody else touched the ticket since the decision, and is this very write there already?
import type { Inspection, TicketChange } from '../ports.js';
import type { WriteContext, WriteResult } from './perform.js';

export type Freshness =
  /** Only we and field-only automations were there: write upon this version. */
  | { kind: 'fresh'; version: string }
  /** The write stands in the ticket's history: its claim was lost, by a restore or a machine that lost its last writes. */
  | { kind: 'there'; receipt: Record<string, string> }
  | WriteResult;

/** Fields of which a change by an automation is as good as one by a person: whoever has the ticket, or where it stands. */
const TELLING_FIELDS = ['assignee_id', 'status'];

/** Reads the ticket's history back to the episode's first decision. */
export async function checkFreshness(context: WriteContext, mark: string): Promise<Freshness> {
  const { deps, record } = context;
  const began = deps.clock.now();
  const since = record.episodeTicketAt ?? record.decidedTicketAt ?? '1970-01-01T00:00:00Z';
  const seen = await deps.reader.inspect(record.ticketId, since);
  await deps.checkpoint('ticket-inspected', record.id);
  // Nobody needs to be told on a ticket that is no more.
  if (!seen && record.state === 'held') return { kind: 'held', reason: 'The ticket is gone.' };
  if (!seen) return decideAgain(context, 'gone');
  const own = seen.changes.find((c) => c.by === 'usher' && c.mark === mark);
  if (own) return { kind: 'there', receipt: { ticketId: record.ticketId, auditId: own.id, at: own.at } };
  if (seen.changes.some((c) => isUnmarked(c) && c.comment === 'public'))
    return {
      kind: 'held',
      reason: 'Our own account wrote to the requester without our mark: look at the ticket first.',
    };
  const decidedAt = Date.parse(record.decidedTicketAt ?? '') || 0;
  const foreign = seen.changes.filter((c) => Date.parse(c.at) > decidedAt && isForeign(c));
  // A person was faster: what they did is a fact now, and the plan is made again with it.
  if (foreign.length > 0) return decideAgain(context, `changed:${foreign.at(-1)!.id}`);
  return isQuiet(context, seen, seen.readAt ? new Date(seen.readAt) : began);
}

function isForeign(change: TicketChange): boolean {
  if (change.by === 'automation')
    return change.comment !== null || change.fields.some((f) => TELLING_FIELDS.includes(f));
  return change.by !== 'usher' || isUnmarked(change);
}

/** What stands there as written by our account, and not by us as far as can be told. */
export function isUnmarked(change: TicketChange): boolean {
  return change.by === 'usher' && !change.mark;
}

/** `readAt` is when the reading began: what happened later in that second cannot be in it. */
async function isQuiet(context: WriteContext, seen: Inspection, readAt: Date): Promise<Freshness> {
  const { deps, record } = context;
  const ageMs = readAt.getTime() - Date.parse(seen.version);
  if (!isExplained(seen, record.decidedTicketAt)) {
    // The ticket moved and its history lags behind: who moved it is not known yet.
    const lagMs = deps.timing.lookDelaysMs.at(-1) ?? 0;
    if (ageMs < lagMs) return { kind: 'wait', ms: Math.max(50, deps.timing.lookDelaysMs[0]!) };
    return decideAgain(context, `moved:${seen.version}`);
  }
  // Within the second of the last change a landed write would leave the stamp as it is, and a repeat would not conflict.
  if (ageMs < deps.timing.quietMs) return { kind: 'wait', ms: Math.max(50, deps.timing.quietMs - Math.max(0, ageMs)) };
  return { kind: 'fresh', version: seen.version };
}

/** Each plan asks once for itself: the key of an older plan's trigger would make this one no trigger at all. */
async function decideAgain({ deps, lease, write }: WriteContext, why: string): Promise<Freshness> {
  await deps.ledger.addTrigger(lease, { key: `${why}:${write.id}`, kind: 'changed' });
  return { kind: 'decide-again' };
}

/** Whether the history shows who last moved the ticket since the decision; right after a change it may lag behind. */
export function isExplained(seen: Inspection, decidedTicketAt: string | null): boolean {
  const version = Date.parse(seen.version);
  return version <= Date.parse(decidedTicketAt ?? '') || seen.changes.some((c) => Date.parse(c.at) >= version);
}
