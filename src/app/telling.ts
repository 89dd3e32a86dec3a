// The timer that tells the operations channel: the day's digest, and alerts about causes while they last.
import { type AnnounceDeps, alertCauses, announceOpen, type Cause } from '../flow/announce.js';
import type { FlowDeps } from '../flow/deps.js';
import { planDigest } from '../flow/digest.js';
import { everyMs } from '../flow/every.js';
import type { Announcements } from '../ledger/announcements.js';
import type { Deliveries } from '../ledger/deliveries.js';
import type { IntakeStatus } from '../ports.js';
import { dutyOf } from './duty.js';
import type { IntakeNumbers } from './intake-numbers.js';
import type { KnowledgeBase } from './knowledge.js';

/** The directory's channel for digests and alerts. */
const CHANNEL = 'operations';
const TURN_MS = 60_000;
/** A help desk that could not be read for so long is a cause of alarm. */
const SILENT_MOST_MS = 15 * 60_000;

export interface TellingParts {
  deps: FlowDeps;
  announcements: Announcements;
  knowledge: KnowledgeBase;
  deliveries: Deliveries;
  intake: IntakeNumbers;
}

/** Starts the timer; nothing is told where nothing may be written. One process at a time does it. */
export function startTelling(parts: TellingParts): { stop(): Promise<void> } {
  const { deps } = parts;
  const chat = deps.hands?.chat ?? null;
  if (!chat) return { stop: async () => {} };
  const { clock, log, mark } = deps;
  const told: AnnounceDeps = { announcements: parts.announcements, chat, clock, log, mark };
  const duty = dutyOf(deps.ledger, 'telling', deps.owner, 3 * TURN_MS);
  const round = async () => {
    if (await duty.hold()) await turn(parts, told);
  };
  // The first turn waits: what a start has not come to yet is no cause of alarm.
  const timer = everyMs(deps, 'telling the operations channel', TURN_MS, round, TURN_MS);
  return {
    async stop() {
      await timer.stop();
      await duty.release();
    },
  };
}

async function turn(parts: TellingParts, told: AnnounceDeps): Promise<void> {
  const { deps } = parts;
  const { rulebook } = await deps.knowledge();
  const channelId = rulebook.directory.channels[CHANNEL]?.id ?? null;
  const status = await parts.intake.status();
  await planDigest(told, {
    channelId,
    zone: rulebook.programmes.find((p) => p.hours)?.hours?.zone ?? 'UTC',
    since: new Date(await deps.ledger.keep('digest-since', () => deps.clock.now().toISOString())),
    caseUrl: deps.caseUrl,
    more: status.reconciliation?.suspended
      ? [`Suspended in the help desk, unseen by Usher: ${status.reconciliation.suspended}`]
      : [],
  });
  await alertCauses(told, await causesNow(parts, status), channelId);
  await announceOpen(told);
}

async function causesNow(
  { deps, announcements, knowledge, deliveries }: TellingParts,
  status: IntakeStatus,
): Promise<Cause[]> {
  const causes: Cause[] = [];
  const silentMs = status.lastPollAt ? deps.clock.now().getTime() - Date.parse(status.lastPollAt) : 0;
  if (silentMs > SILENT_MOST_MS)
    causes.push({
      key: 'help-desk',
      says: `The help desk ${deps.reader.name} could not be asked for changes for more than 15 minutes`,
    });
  const breaker = await deps.ledger.breaker();
  if (breaker)
    causes.push({
      key: 'breaker',
      says: `All sending is stopped: ${breaker.reason}. Look at what was sent, then: usher resume-all`,
    });
  for (const list of await knowledge.listStatuses())
    if (list.problem)
      causes.push({
        key: `list:${list.list}`,
        says: `The list "${list.title}" cannot be relied on, and tickets that need it wait: ${list.problem}`,
      });
  for (const { subscriber, reason } of await deliveries.pauses())
    causes.push({
      key: `subscriber:${subscriber}`,
      says: `The subscriber "${subscriber}" is told nothing more: ${reason}. When it is mended: usher deliveries resume ${subscriber}`,
    });
  const wrong = knowledge.problems().filter((p) => p.severity === 'error');
  if (wrong.length > 0)
    causes.push({
      key: 'rules',
      says: `The rules on disk have ${wrong.length} mistakes and the last good ones stay in use: ${wrong[0]!.message}. See: usher check`,
    });
  const stuck = await announcements.stuck();
  // What a person has stopped is not stuck.
  if (stuck > 0 && !breaker && (await deps.ledger.pauses()).length === 0)
    causes.push({ key: 'stuck', says: `${stuck} tickets were begun and have had no end for more than an hour` });
  return causes;
}
