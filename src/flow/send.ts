// Sending one write: read the ticket again, claim and commit, check the fence, send, and settle what is known.
import { customerOf, isToCustomer } from '../core/event-address.js';
import type { Lookup, Outcome } from '../ports.js';
import { askAgainMs, type FilesOfWrite, filesOf } from './attached-files.js';
import { deliver } from './deliver.js';
import { backoffMs } from './deps.js';
import { checkFreshness } from './freshness.js';
import { ANSWERED, OVERTAKEN, type WriteContext, type WriteResult } from './perform.js';

/** Attempts that may have arrived. A conditional write may be repeated after each of them was looked for. */
export const SENDS_MOST = 10;
/** Attempts in all, also those that certainly did not arrive: hours of a server that is down, then a person is told. */
export const ATTEMPTS_MOST = 50;
/** Attempts of which bytes may have left: a mail or post is sent twice at most, the second marked. */
export const DUPLICATES_MOST = 2;

/** `usher resume-all` wakes what waits; this is for the case that nobody does. */
const PAUSED: WriteResult = { kind: 'wait', ms: 10 * 60_000 };

/** First attempt of a planned write. */
export async function attemptWrite(context: WriteContext): Promise<WriteResult> {
  const { deps, lease, record, write } = context;
  // Before anything is claimed: what cannot be had keeps its write back as if it had never begun.
  const fetched = await filesOf(deps, write);
  if (fetched.kind !== 'files') return withoutFiles(context, fetched);
  const mark = deps.mark(write.steps.map((s) => s.slot).join('\n'));
  const lookedMs = deps.clock.now().getTime();
  // Mails and posts too: sales are not told of a ticket that an agent has taken meanwhile.
  const fresh = await checkFreshness(context, mark);
  if (fresh.kind === 'there') return isThere(context, fresh.receipt);
  if (fresh.kind !== 'fresh') return fresh;
  const version = write.target === 'ticket' ? fresh.version : null;
  const requester = customerOf(write, record.requesterEmail);
  const contentHash = contentHashOf(context, fetched.hashes);
  const thread = await threadOf(context);
  const claim = {
    mark,
    thread,
    contentHash,
    version,
    requester,
    requesterDomain: requester?.split('@')[1] ?? null,
    handoffKey: write.steps.some(({ effect }) => effect.type === 'email' && effect.handoff)
      ? record.organizationKey
      : null,
    leaseMs: deps.timing.leaseMs,
  };
  const answer = await deps.ledger.claimWrite(lease, write.id, claim, deps.caps);
  if (answer.kind === 'lost') return { kind: 'decide-again' };
  if (answer.kind === 'paused') return PAUSED;
  if (answer.kind === 'handed-off') {
    await deps.ledger.addTrigger(lease, { key: `handed-off:${write.id}`, kind: 'changed' });
    return { kind: 'decide-again' };
  }
  if (answer.kind === 'cap')
    return answer.cap === 'minute' ? { kind: 'wait', ms: 30_000 } : { kind: 'held', reason: answer.reason };
  await deps.checkpoint('write-claimed', record.id);
  // From here on it is a claim whose process died, and treated like one.
  // So is one that stood still since it looked: the claim prolonged the lease, not what was seen.
  const isStale = deps.clock.now().getTime() - lookedMs > deps.timing.leaseMs - deps.timing.sendMarginMs;
  if (answer.maybeSent || isStale) return { kind: 'wait', ms: 0 };
  const claimed = { ...write, state: 'claimed' as const, mark, version, thread, contentHash, attempts: 0, sends: 0 };
  return send({ ...context, write: claimed }, fetched);
}

/** Nothing has left us, or it is known not to have arrived. */
async function withoutFiles(
  context: WriteContext,
  { kind, reason }: { kind: 'later' | 'no'; reason: string },
): Promise<WriteResult> {
  const { deps, lease, write } = context;
  const ms = kind === 'later' ? askAgainMs(deps, write) : null;
  if (ms === null) return giveUp(context, `A file could not be attached. ${reason}.`);
  await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason, lookedUp: write.state === 'planned' });
  return { kind: 'wait', ms };
}

/** The write was found at the far side by its mark, so it is done. */
export async function isThere(context: WriteContext, receipt: Record<string, string>): Promise<WriteResult> {
  const { deps, lease, write } = context;
  await deps.ledger.settle(lease, write.id, {
    state: 'done',
    reason: 'found by its mark',
    receipt,
    timeline: `${describe(context)} (The answer was lost; it was found by its mark.)`,
  });
  return { kind: 'done' };
}

/** A hand-off goes where the one before it went: decided once, with the claim, so that a look finds it in the same place. */
async function threadOf({ deps, record, write }: WriteContext): Promise<string[]> {
  const effect = write.steps[0]!.effect;
  // What another person was told is no thread of theirs.
  if (isToCustomer(effect)) return [];
  if (effect.type === 'email') return deps.ledger.threadOf(record, { target: 'mail', to: effect.to });
  if (effect.type === 'slack') return deps.ledger.threadOf(record, { target: 'slack', to: effect.channelId });
  return [];
}

function contentHashOf({ deps, write }: WriteContext, fileHashes: string[]): string {
  return deps.digest([JSON.stringify(write.steps.map((s) => s.effect)), ...fileHashes].join('\n'));
}

/** Sends a claimed write (again): the fence is checked and the attempt counted right before the first byte. */
export async function send(context: WriteContext, ready?: FilesOfWrite): Promise<WriteResult> {
  const { deps, lease, record, write } = context;
  const fetched = ready ?? (await filesOf(deps, write));
  if (fetched.kind !== 'files') return withoutFiles(context, fetched);
  const isAsClaimed = contentHashOf(context, fetched.hashes) === write.contentHash;
  if (!isAsClaimed && fetched.files.length > 0)
    return giveUp(context, 'The file to be attached is another one than when this step was begun.');
  if (!isAsClaimed)
    throw new Error(`step ${write.steps[0]?.id} of ${record.id} no longer has the content it was claimed with`);
  if (write.sends >= SENDS_MOST || write.attempts >= ATTEMPTS_MOST)
    return giveUp(
      context,
      `${describeTarget(context)} did not take it in ${write.attempts} attempts: ${write.reason ?? 'no reason given'}`,
    );
  const begun = await deps.ledger.beginSend(lease, write.id, deps.timing.sendMarginMs);
  if (begun === 'paused') return PAUSED;
  if (begun === 'no') return { kind: 'wait', ms: 1_000 };
  await deps.checkpoint('send-begun', record.id);
  const outcome = await deliver(context, deps.hands!, fetched.files);
  await deps.checkpoint('answer-received', record.id);
  const result = await settleOutcome(
    { ...context, write: { ...write, attempts: write.attempts + 1, sends: write.sends + 1 } },
    outcome,
  );
  await deps.checkpoint('write-settled', record.id);
  return result;
}

async function settleOutcome(context: WriteContext, outcome: Outcome): Promise<WriteResult> {
  const { deps, lease, write } = context;
  switch (outcome.kind) {
    case 'done': {
      // A yes is believed once it shows: answers of success were seen from servers that stored nothing.
      if (write.target === 'ticket' && (await findMark(context)).kind !== 'found')
        return settleOutcome(context, { kind: 'unknown', reason: 'it said yes, and the update does not show' });
      const warning = outcome.warning ? ` (${outcome.warning})` : '';
      const isAnswer = write.target === 'http' && Object.keys(outcome.receipt).some((key) => key.startsWith('value.'));
      // First the question, then the step is done: dying in between must not leave an answer that nobody reads.
      if (isAnswer)
        await deps.ledger.addTrigger(lease, { key: `${ANSWERED}${write.id}:${write.sends}`, kind: 'changed' });
      await deps.ledger.settle(lease, write.id, {
        state: 'done',
        reason: outcome.warning ?? null,
        receipt: outcome.receipt,
        timeline: `${describe(context)}${warning}`,
      });
      return { kind: isAnswer ? 'decide-again' : 'done' };
    }
    case 'refused':
      return onRefusal(context, `${describeTarget(context)} refused it (${outcome.code}): ${outcome.reason}`);
    case 'not-sent': {
      const ms = outcome.retryAfterMs ?? backoffMs(deps, write.attempts);
      await deps.ledger.postpone(lease, write.id, { ms, notSent: true, reason: outcome.reason, lookedUp: false });
      return { kind: 'wait', ms };
    }
    case 'conflict':
      return onConflict(context, outcome.reason);
    case 'unknown': {
      // Another system that is asked again is given time to recover.
      const ms = write.target === 'http' ? backoffMs(deps, write.attempts + 2) : deps.timing.lookDelaysMs[0]!;
      await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason: outcome.reason, lookedUp: false });
      return { kind: 'wait', ms };
    }
  }
}

/** Looks for the write's mark at the far side, back to a while before it was claimed. */
export function findMark({ deps, record, write }: WriteContext): Promise<Lookup> {
  const claimed = new Date(write.claimedAt ?? deps.clock.now());
  const notBefore = new Date(claimed.getTime() - 5 * 60_000).toISOString();
  const effect = write.steps[0]!.effect;
  if (effect.type === 'http') return Promise.resolve({ kind: 'cannot-tell', reason: 'it has no history to look in' });
  if (effect.type === 'slack')
    return deps.hands!.chat!.findMark(effect.channelId, write.mark!, notBefore, write.thread[0]);
  return deps.reader.findMark(record.ticketId, write.mark!, notBefore);
}

/** The no is about this attempt: an earlier one of which nothing was heard may have arrived all the same. */
async function onRefusal(context: WriteContext, reason: string): Promise<WriteResult> {
  if (context.write.sends <= 1) return giveUp(context, reason);
  const found = context.write.target === 'mail' ? null : await findMark(context);
  if (found?.kind === 'found') return isThere(context, found.receipt);
  if (found?.kind === 'absent') return giveUp(context, reason);
  return unsure(context, `an earlier attempt may have arrived, and then: ${reason}`);
}

/** Nobody can know whether it arrived, so a person says. */
export async function unsure(context: WriteContext, why: string): Promise<WriteResult> {
  const { deps, lease, write } = context;
  const reason = `It is not known whether this arrived: ${why}. ${describeTarget(context)} must be checked by a person.`;
  await deps.ledger.settle(lease, write.id, { state: 'unsure', reason, timeline: reason });
  return { kind: 'held', reason };
}

/** A conflict on the first attempt proves that nothing was written; on a later one an earlier attempt may have been what moved the ticket. */
async function onConflict(context: WriteContext, reason: string): Promise<WriteResult> {
  const { deps, lease, write } = context;
  if (write.sends > 1) {
    const ms = deps.timing.lookDelaysMs[0]!;
    await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason, lookedUp: false });
    return { kind: 'wait', ms };
  }
  return overtaken(context, reason);
}

/** The write was proven absent and the ticket moved on: its slots are free, and the case is decided again. */
export async function overtaken({ deps, lease, write }: WriteContext, reason: string): Promise<WriteResult> {
  // First the question, then the step goes: dying in between must not leave a plan that looks finished.
  await deps.ledger.addTrigger(lease, { key: `${OVERTAKEN}${write.id}:${write.sends}`, kind: 'changed' });
  await deps.ledger.dropReplaced(lease, write.id, `The ticket changed before this could be written: ${reason}`);
  return { kind: 'decide-again' };
}

export async function giveUp({ deps, lease, write }: WriteContext, reason: string): Promise<WriteResult> {
  await deps.ledger.settle(lease, write.id, { state: 'refused', reason, timeline: reason });
  return { kind: 'held', reason };
}

const DONE_WORDS: Record<string, string> = {
  reply: 'replied to the requester',
  note: 'left an internal note',
  set: 'set fields',
  tag: 'changed tags',
  assign: 'assigned the ticket',
  group: 'handed the ticket to a group',
  status: 'changed the status',
  close: 'closed the ticket',
  email: 'sent an e-mail',
  slack: 'posted to Slack',
  http: 'told another system',
  attach: 'attached a file',
};

/** `Usher replied to the requester and assigned the ticket.` */
export function describe({ write }: WriteContext): string {
  return `Usher ${write.steps.map((s) => DONE_WORDS[s.effect.type] ?? s.effect.type).join(' and ')}.`;
}

export function describeTarget({ write }: WriteContext): string {
  return { ticket: 'The help desk', mail: 'The mail server', slack: 'Slack', http: 'The other system' }[write.target];
}
