// Sending one write: read the ticket again, claim and commit, check the fence, send, and settle what is known.
import { ticketWriteOf } from '../core/plan.js';
import type { Outcome } from '../ports.js';
import { backoffMs, type Hands } from './deps.js';
import type { WriteContext, WriteResult } from './perform.js';

/** Attempts a write gets, whatever the reasons for repeating it. */
export const ATTEMPTS_MOST = 10;
/** Attempts of which bytes may have left: a mail or post is sent twice at most, the second marked. */
export const DUPLICATES_MOST = 2;

/** First attempt of a planned write. */
export async function attemptWrite(context: WriteContext): Promise<WriteResult> {
  const { deps, lease, record, write } = context;
  let version: string | null = null;
  if (write.target === 'ticket') {
    const fresh = await inspectTicket(context);
    if (typeof fresh !== 'string') return fresh;
    version = fresh;
  }
  const slots = write.steps.map((s) => s.slot).join('\n');
  const requester = write.steps.some((s) => s.effect.type === 'reply') ? record.requesterEmail : null;
  const mark = deps.mark(slots);
  const contentHash = contentHashOf(context);
  const thread = await threadOf(context);
  const claim = { mark, thread, contentHash, version, requester, requesterDomain: requester?.split('@')[1] ?? null };
  const answer = await deps.ledger.claimWrite(lease, write.id, claim, deps.caps);
  if (answer.kind === 'lost') return { kind: 'decide-again' };
  if (answer.kind === 'cap')
    return answer.cap === 'minute' ? { kind: 'wait', ms: 30_000 } : { kind: 'held', reason: answer.reason };
  await deps.checkpoint('write-claimed', record.id);
  return send({
    ...context,
    write: { ...write, state: 'claimed', mark, version, thread, contentHash, attempts: 0, sends: 0 },
  });
}

/** The version to write upon when only we and field-only automations touched the ticket since the decision, else what to do. */
async function inspectTicket({ deps, lease, record }: WriteContext): Promise<string | WriteResult> {
  const seen = await deps.reader.inspect(record.ticketId, record.decidedTicketAt ?? '1970-01-01T00:00:00Z');
  await deps.checkpoint('ticket-inspected', record.id);
  const foreign = seen?.changes.filter((c) => c.by !== 'usher' && !(c.by === 'automation' && c.comment === null)) ?? [];
  if (!seen || foreign.length > 0) {
    // A person was faster: what they did is a fact now, and the plan is made again with it.
    await deps.ledger.addTrigger(lease, { key: `changed:${foreign.at(-1)?.id ?? 'gone'}`, kind: 'changed' });
    return { kind: 'decide-again' };
  }
  const ageMs = deps.clock.now().getTime() - new Date(seen.version).getTime();
  // Within the second of the last change a landed write would leave the stamp as it is, and a repeat would not conflict.
  if (ageMs < deps.timing.quietMs) return { kind: 'wait', ms: Math.max(50, deps.timing.quietMs - Math.max(0, ageMs)) };
  return seen.version;
}

/** A hand-off goes where the one before it went: decided once, with the claim, so that a look finds it in the same place. */
async function threadOf({ deps, record, write }: WriteContext): Promise<string[]> {
  const effect = write.steps[0]!.effect;
  if (effect.type === 'email') return deps.ledger.threadOf(record, { target: 'mail', to: effect.to });
  if (effect.type === 'slack') return deps.ledger.threadOf(record, { target: 'slack', to: effect.channelId });
  return [];
}

function contentHashOf({ deps, write }: WriteContext): string {
  return deps.digest(JSON.stringify(write.steps.map((s) => s.effect)));
}

/** Sends a claimed write (again): the fence is checked and the attempt counted right before the first byte. */
export async function send(context: WriteContext): Promise<WriteResult> {
  const { deps, lease, record, write } = context;
  if (contentHashOf(context) !== write.contentHash)
    throw new Error(`step ${write.steps[0]?.id} of ${record.id} no longer has the content it was claimed with`);
  if (write.sends >= ATTEMPTS_MOST)
    return giveUp(context, `Gave up after ${write.sends} attempts: ${write.reason ?? ''}`);
  if (!(await deps.ledger.beginSend(lease, write.id, deps.timing.sendMarginMs))) return { kind: 'wait', ms: 1_000 };
  await deps.checkpoint('send-begun', record.id);
  const outcome = await deliver(context, deps.hands!);
  await deps.checkpoint('answer-received', record.id);
  const result = await settleOutcome(
    { ...context, write: { ...write, attempts: write.attempts + 1, sends: write.sends + 1 } },
    outcome,
  );
  await deps.checkpoint('write-settled', record.id);
  return result;
}

async function deliver({ deps, lease, record, write }: WriteContext, hands: Hands): Promise<Outcome> {
  const effect = write.steps[0]!.effect;
  const mark = write.mark!;
  const isRepeat = write.sends > 0;
  if (effect.type === 'slack')
    return hands.chat.post({
      channelId: effect.channelId,
      text: isRepeat ? `${effect.text}\n_(possible duplicate)_` : effect.text,
      mark,
      threadTs: write.thread[0],
    });
  if (effect.type === 'email') {
    const subject = isRepeat ? `[possible duplicate] ${effect.subject}` : effect.subject;
    const mail = {
      to: { name: effect.name, address: effect.address },
      subject,
      text: effect.text,
      html: effect.html,
      mark,
      references: write.thread,
    };
    return hands.mail.send(mail, async () => {
      await deps.ledger.markDot(lease, write.id);
      await deps.checkpoint('before-dot', record.id);
    });
  }
  const content = ticketWriteOf({ target: 'ticket', steps: write.steps });
  return hands.helpdesk.update(record.ticketId, content, { mark, version: write.version! });
}

async function settleOutcome(context: WriteContext, outcome: Outcome): Promise<WriteResult> {
  const { deps, lease, write } = context;
  switch (outcome.kind) {
    case 'done': {
      const warning = outcome.warning ? ` (${outcome.warning})` : '';
      await deps.ledger.settle(lease, write.id, {
        state: 'done',
        reason: outcome.warning ?? null,
        receipt: outcome.receipt,
        timeline: `${describe(context)}${warning}`,
      });
      return { kind: 'done' };
    }
    case 'refused':
      return giveUp(context, `${describeTarget(context)} refused it (${outcome.code}): ${outcome.reason}`);
    case 'not-sent': {
      const ms = outcome.retryAfterMs ?? backoffMs(deps, write.attempts);
      await deps.ledger.postpone(lease, write.id, { ms, notSent: true, reason: outcome.reason, lookedUp: false });
      return { kind: 'wait', ms };
    }
    case 'conflict':
      return onConflict(context, outcome.reason);
    case 'unknown': {
      const ms = deps.timing.lookDelaysMs[0]!;
      await deps.ledger.postpone(lease, write.id, { ms, notSent: false, reason: outcome.reason, lookedUp: false });
      return { kind: 'wait', ms };
    }
  }
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
  await deps.ledger.dropReplaced(lease, write.id, `The ticket changed before this could be written: ${reason}`);
  await deps.ledger.addTrigger(lease, { key: `overtaken:${write.id}:${write.sends}`, kind: 'changed' });
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
  status: 'changed the status',
  close: 'closed the ticket',
  email: 'sent an e-mail',
  slack: 'posted to Slack',
};

/** `Usher replied to the requester and assigned the ticket.` */
export function describe({ write }: WriteContext): string {
  return `Usher ${write.steps.map((s) => DONE_WORDS[s.effect.type] ?? s.effect.type).join(' and ')}.`;
}

export function describeTarget({ write }: WriteContext): string {
  return { ticket: 'The help desk', mail: 'The mail server', slack: 'Slack' }[write.target];
}
