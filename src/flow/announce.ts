// Telling the operations channel, once: a day's digest, an alert a cause, and that the cause is gone.
import { escapeSlack } from '../core/escape.js';
import type { Announcement, Announcements } from '../ledger/announcements.js';
import type { Chat, Log } from '../ports.js';

export interface AnnounceDeps {
  announcements: Announcements;
  chat: Chat;
  log: Log;
  mark: (key: string) => string;
}

/** A post is repeated once at most, marked; more would be noise. */
const SENDS_MOST = 2;

/** Sends what is planned, and settles what an earlier attempt left open. Call it from one process at a time. */
export async function announceOpen(deps: AnnounceDeps): Promise<void> {
  for (const one of await deps.announcements.open()) await carryOut(deps, one);
}

async function carryOut(deps: AnnounceDeps, one: Announcement): Promise<void> {
  const { announcements, chat } = deps;
  if (one.state === 'claimed') {
    // Somebody began to send it and did not say how it ended.
    if (one.claimAgeSeconds < 120) return;
    const notBefore = new Date(Date.now() - one.claimAgeSeconds * 1000 - 300_000).toISOString();
    const found = await chat.findMark(one.channelId, one.mark, notBefore);
    if (found.kind === 'found')
      return announcements.settle(one.key, { state: 'done', reason: null, receipt: found.receipt });
    if (found.kind === 'cannot-tell' || one.sends >= SENDS_MOST)
      return announcements.settle(one.key, { state: 'unsure', reason: 'Slack never said whether it took the post' });
  }
  if (!(await announcements.claim(one.key))) return;
  const text = one.sends > 0 ? `${one.text}\n_(possible duplicate)_` : one.text;
  const outcome = await chat.post({ channelId: one.channelId, text, mark: one.mark });
  if (outcome.kind === 'done')
    await announcements.settle(one.key, { state: 'done', reason: null, receipt: outcome.receipt });
  else if (outcome.kind === 'refused') {
    deps.log.error({ code: outcome.code }, 'the operations channel did not take an announcement');
    await announcements.settle(one.key, { state: 'refused', reason: outcome.reason });
  } else if (outcome.kind === 'not-sent')
    await announcements.settle(one.key, { state: 'planned', reason: null, waitMs: outcome.retryAfterMs ?? 60_000 });
  // Unknown: it stays claimed, and is looked for in two minutes.
}

/** A cause of alarm: `key` names it for as long as it lasts. */
export interface Cause {
  key: string;
  says: string;
}

/**
 * One alert a cause, however many tickets it touches; when the cause is gone its post is changed in place to say so, and the
 * same cause later is a new one. `channelId` null: nobody is told.
 */
export async function alertCauses(
  deps: AnnounceDeps,
  causes: Cause[],
  { channelId, now }: { channelId: string | null; now: Date },
): Promise<void> {
  if (channelId === null) return;
  const standing = await deps.announcements.standing('alert:');
  const nameOf = (key: string) => key.slice('alert:'.length, key.lastIndexOf('@'));
  for (const cause of causes) {
    if (standing.some((s) => nameOf(s.key) === cause.key)) continue;
    if ((await deps.announcements.open()).some((s) => s.key.startsWith('alert:') && nameOf(s.key) === cause.key))
      continue;
    const key = `alert:${cause.key}@${now.toISOString()}`;
    await deps.announcements.plan({
      key,
      channelId,
      text: `:warning: ${escapeSlack(cause.says)}`,
      mark: deps.mark(key),
    });
  }
  for (const over of standing.filter((s) => !causes.some((c) => c.key === nameOf(s.key)))) {
    const text = `:white_check_mark: Over since ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC: ~${over.text.replace(/^:warning: /, '')}~`;
    const outcome = over.ts
      ? await deps.chat.update({ channelId: over.channelId, ts: over.ts, text, mark: over.mark })
      : ({ kind: 'done', receipt: {} } as const);
    // A change in place is safe to repeat; only a definite no ends it otherwise.
    if (outcome.kind === 'done' || outcome.kind === 'refused')
      await deps.announcements.settle(over.key, { state: 'done', reason: 'over' });
  }
}
