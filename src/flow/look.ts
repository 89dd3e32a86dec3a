// Claims without a known end: look at the far side for our mark, and repeat only what is proven absent or may be doubled.
import type { Lookup } from '../ports.js';
import type { WriteContext, WriteResult } from './perform.js';
import { DUPLICATES_MOST, describe, describeTarget, overtaken, send } from './send.js';

/** A claimed write met at the start of a visit: an earlier attempt ended unclearly, or its process died. */
export async function lookAtClaim(context: WriteContext): Promise<WriteResult> {
  const { write } = context;
  // Nothing left us: claimed and not begun, or a definite "not sent".
  if (write.sends === 0) return send(context);
  if (write.target === 'mail') return lookAtMail(context);
  // The same stamp protects the repeat.
  if (write.notSent && write.target === 'ticket') return send(context);
  return lookForMark(context);
}

/** SMTP cannot be asked. Before the final dot nothing was accepted; after it a mail to sales may go out once more, marked. */
async function lookAtMail(context: WriteContext): Promise<WriteResult> {
  const { deps, write } = context;
  if (!write.atDot) return send(context);
  if (write.sends >= DUPLICATES_MOST) return unsure(context, 'the mail server never said whether it took the mail');
  const leftMs = deps.timing.mailDuplicateAfterMs - write.claimAgeSeconds * 1000;
  if (leftMs > 0) return { kind: 'wait', ms: leftMs };
  return send(context);
}

async function lookForMark(context: WriteContext): Promise<WriteResult> {
  const { deps, lease, record, write } = context;
  const found = await findMark(context);
  await deps.checkpoint('looked-up', record.id);
  if (found.kind === 'found') {
    await deps.ledger.settle(lease, write.id, {
      state: 'done',
      reason: 'found by its mark',
      receipt: found.receipt,
      timeline: `${describe(context)} (The answer was lost; it was found by its mark.)`,
    });
    return { kind: 'done' };
  }
  if (found.kind === 'cannot-tell') {
    if (write.claimAgeSeconds * 1000 > deps.timing.unsureAfterMs) return unsure(context, found.reason);
    const ms = deps.timing.lookDelaysMs[1] ?? 30_000;
    await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason: found.reason, lookedUp: false });
    return { kind: 'wait', ms };
  }
  const next = deps.timing.lookDelaysMs[write.lookups + 1];
  if (next !== undefined) {
    await deps.ledger.postpone(lease, write.id, { ms: next, notSent: false, reason: 'not there yet', lookedUp: true });
    return { kind: 'wait', ms: next };
  }
  return write.target === 'ticket' ? repeatOnTicket(context) : repeatInChat(context);
}

function findMark({ deps, record, write }: WriteContext): Promise<Lookup> {
  const notBefore = new Date(new Date(write.claimedAt!).getTime() - 5 * 60_000).toISOString();
  const effect = write.steps[0]!.effect;
  if (effect.type === 'slack')
    return deps.hands!.chat.findMark(effect.channelId, write.mark!, notBefore, write.thread[0]);
  return deps.reader.findMark(record.ticketId, write.mark!, notBefore);
}

/** Absent on every look. With the same stamp a repeat that is one too many conflicts instead of replying twice. */
async function repeatOnTicket(context: WriteContext): Promise<WriteResult> {
  const { deps, record, write } = context;
  const seen = await deps.reader.inspect(record.ticketId, record.decidedTicketAt ?? '1970-01-01T00:00:00Z');
  await deps.checkpoint('ticket-inspected', record.id);
  if (seen && seen.version === write.version) return send(context);
  return overtaken(context, 'somebody else changed it meanwhile');
}

async function repeatInChat(context: WriteContext): Promise<WriteResult> {
  if (context.write.sends >= DUPLICATES_MOST) return unsure(context, 'Slack never said whether it took the post');
  return send(context);
}

async function unsure(context: WriteContext, why: string): Promise<WriteResult> {
  const { deps, lease, write } = context;
  const reason = `It is not known whether this arrived: ${why}. ${describeTarget(context)} must be checked by a person.`;
  await deps.ledger.settle(lease, write.id, { state: 'unsure', reason, timeline: reason });
  return { kind: 'held', reason };
}
