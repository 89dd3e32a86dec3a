// Telling the operations channel, once: a day's digest, an alert a cause, and that the cause is gone.
import { escapeSlack } from '../core/escape.js';
import { type Announcement, type Announcements, OVER } from '../ledger/announcements.js';
import type { Chat, Clock, Log } from '../ports.js';

export interface AnnounceDeps {
  announcements: Announcements;
  chat: Chat;
  clock: Clock;
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
    const notBefore = new Date(deps.clock.now().getTime() - one.claimAgeSeconds * 1000 - 300_000).toISOString();
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

const ALERT = 'alert:';
const causeOf = (key: string) => key.slice(ALERT.length, key.lastIndexOf('@'));

/**
 * One alert a cause for as long as it lasts, however many tickets it touches and whatever became of its post; when the cause is
 * gone the post is changed in place to say so, and the same cause later is a new one. `channelId` null: nobody is told.
 */
export async function alertCauses(deps: AnnounceDeps, causes: Cause[], channelId: string | null): Promise<void> {
  if (channelId === null) return;
  const standing = await deps.announcements.standing(ALERT);
  const at = deps.clock.now().toISOString();
  for (const cause of causes.filter((c) => !standing.some((s) => causeOf(s.key) === c.key))) {
    const key = `${ALERT}${cause.key}@${at}`;
    const text = `:warning: ${escapeSlack(cause.says)}`;
    await deps.announcements.plan({ key, channelId, text, mark: deps.mark(key) });
  }
  for (const over of standing.filter((s) => !causes.some((c) => c.key === causeOf(s.key))))
    await takeBack(deps, over, at);
}

async function takeBack(deps: AnnounceDeps, over: Announcement, at: string): Promise<void> {
  // Its post is under way: taken back when it is known where it stands.
  if (over.state === 'claimed') return;
  if (over.ts === null) return deps.announcements.settle(over.key, { state: 'dropped', reason: OVER });
  const text = `:white_check_mark: Over since ${at.slice(0, 16).replace('T', ' ')} UTC: ~${over.text.replace(/^:warning: /, '')}~`;
  const { channelId, ts, mark } = over;
  const outcome = await deps.chat.update({ channelId, ts, text, mark });
  // A change in place is safe to repeat; only a definite answer ends it.
  if (outcome.kind === 'done' || outcome.kind === 'refused')
    await deps.announcements.settle(over.key, { state: 'done', reason: OVER });
}
