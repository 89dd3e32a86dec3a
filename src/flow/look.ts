// Claims without a known end: look at the far side for our mark, and repeat only what is proven absent or may be doubled.

import { isToCustomer } from '../core/event-address.js';
import { checkFreshness, isExplained, isUnmarked } from './freshness.js';
import type { WriteContext, WriteResult } from './perform.js';
import { DUPLICATES_MOST, findMark, isThere, overtaken, SENDS_MOST, send, unsure } from './send.js';

/** A claimed write met at the start of a visit: an earlier attempt ended unclearly, or its process died. */
export async function lookAtClaim(context: WriteContext): Promise<WriteResult> {
  const { write } = context;
  if (write.sends === 0) return sendFresh(context);
  if (write.target === 'mail') return lookAtMail(context);
  if (write.target === 'http') return lookAtRequest(context);
  // The same stamp protects the repeat.
  if (write.notSent && write.target === 'ticket') return send(context);
  return lookForMark(context);
}

/** Nothing left us: claimed and not begun, or a definite "not sent". It may be long ago: an agent may have the ticket by now. */
async function sendFresh(context: WriteContext): Promise<WriteResult> {
  const { write } = context;
  // A ticket write carries the stamp it was claimed on: it conflicts if anything changed.
  if (write.target === 'ticket') return send(context);
  const fresh = await checkFreshness(context, write.mark!);
  return fresh.kind === 'fresh' || fresh.kind === 'there' ? send(context) : fresh;
}

/** SMTP cannot be asked. Before the final dot nothing was accepted; after it a mail to sales may go out once more, marked; one to a customer may not. */
async function lookAtMail(context: WriteContext): Promise<WriteResult> {
  const { deps, write } = context;
  const sendsMost = write.steps.some((s) => isToCustomer(s.effect)) ? 1 : DUPLICATES_MOST;
  if (write.sends >= sendsMost) return unsure(context, 'the mail server never said whether it took the mail');
  const leftMs = deps.timing.mailDuplicateAfterMs - write.claimAgeSeconds * 1000;
  if (leftMs > 0) return { kind: 'wait', ms: leftMs };
  return send(context);
}

/** Nobody can look there. What takes a repetition for the same request is asked again; of all else a person must say. */
async function lookAtRequest(context: WriteContext): Promise<WriteResult> {
  const { write } = context;
  const effect = write.steps[0]!.effect;
  const mayRepeat = write.notSent || (effect.type === 'http' && effect.isRepeatable);
  if (mayRepeat && write.sends < SENDS_MOST) return send(context);
  return unsure(context, write.reason ?? 'the answer was lost');
}

async function lookForMark(context: WriteContext): Promise<WriteResult> {
  return (
    (await unlessAbsent(context)) ??
    (context.write.target === 'ticket' ? repeatOnTicket(context) : repeatInChat(context))
  );
}

/** A claim that nobody needs any more: it is not sent again, yet looked for until it is known whether it arrived. */
export async function lookAtUnwanted(context: WriteContext): Promise<WriteResult> {
  const { deps, lease, write } = context;
  if (write.waitSeconds > 0) return { kind: 'wait', ms: Math.ceil(write.waitSeconds * 1000) };
  const known = write.notSent ? null : await unlessAbsent(context);
  if (known) return known;
  await deps.ledger.settle(lease, write.id, { state: 'dropped', reason: 'No longer needed, and it did not arrive.' });
  return { kind: 'done' };
}

/** One look for the mark. null once it was absent on every look. */
async function unlessAbsent(context: WriteContext): Promise<WriteResult | null> {
  const { deps, lease, record, write } = context;
  const found = await findMark(context);
  await deps.checkpoint('looked-up', record.id);
  if (found.kind === 'found') return isThere(context, found.receipt);
  if (found.kind === 'cannot-tell') return lookLater(context, found.reason);
  const next = deps.timing.lookDelaysMs[write.lookups + 1];
  if (next === undefined) return null;
  await deps.ledger.postpone(lease, write.id, { ms: next, notSent: false, reason: 'not there yet', lookedUp: true });
  return { kind: 'wait', ms: next };
}

/** Absent on every look. With the same stamp a repeat that is one too many conflicts instead of replying twice. */
async function repeatOnTicket(context: WriteContext): Promise<WriteResult> {
  const { deps, record, write } = context;
  const seen = await deps.reader.inspect(record.ticketId, record.decidedTicketAt ?? '1970-01-01T00:00:00Z');
  await deps.checkpoint('ticket-inspected', record.id);
  // The history may have caught up since the last look.
  const own = seen?.changes.find((c) => c.by === 'usher' && c.mark === write.mark);
  if (own) return isThere(context, { ticketId: record.ticketId, auditId: own.id, at: own.at });
  if (seen && seen.version === write.version) return send(context);
  // An update by our own account that lost its mark may well be this one: not absent, and not to be repeated.
  const claimedAt = Date.parse(write.claimedAt ?? '') - 60_000;
  if (seen?.changes.some((c) => isUnmarked(c) && Date.parse(c.at) >= claimedAt))
    return lookLater(context, 'our own account changed the ticket without our mark');
  // The ticket moved, and nothing in its history says by what: that may well have been this very write.
  if (seen && !isExplained(seen, record.decidedTicketAt))
    return lookLater(context, 'the ticket changed, and its history does not show how');
  return overtaken(context, 'somebody else changed it meanwhile');
}

/** Nobody can tell now: look again for as long as is sensible, then ask a person. */
async function lookLater(context: WriteContext, reason: string): Promise<WriteResult> {
  const { deps, lease, write } = context;
  if (write.claimAgeSeconds * 1000 > deps.timing.unsureAfterMs) return unsure(context, reason);
  const ms = deps.timing.lookDelaysMs[1] ?? 30_000;
  await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason, lookedUp: false });
  return { kind: 'wait', ms };
}

async function repeatInChat(context: WriteContext): Promise<WriteResult> {
  if (context.write.sends >= DUPLICATES_MOST) return unsure(context, 'Slack never said whether it took the post');
  return send(context);
}
