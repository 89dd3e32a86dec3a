// The timer that tells the operations channel: the day's digest, and alerts about causes while they last.
import { type AnnounceDeps, alertCauses, announceOpen, type Cause } from '../flow/announce.js';
import type { FlowDeps } from '../flow/deps.js';
import { planDigest } from '../flow/digest.js';
import type { Announcements } from '../ledger/announcements.js';
import type { IntakeStatus } from '../ports.js';
import type { IntakeNumbers } from './intake-numbers.js';
import type { KnowledgeBase } from './knowledge.js';

/** The directory's channel for digests and alerts. */
const CHANNEL = 'operations';
const TURN_MS = 60_000;
const DUTY_MS = 3 * TURN_MS;
/** A help desk that could not be read for so long is a cause of alarm. */
const SILENT_MOST_MS = 15 * 60_000;

export interface TellingParts {
  deps: FlowDeps;
  announcements: Announcements;
  knowledge: KnowledgeBase;
  intake: IntakeNumbers;
}

/** Starts the timer; nothing is told where nothing may be written. One process at a time does it. */
export function startTelling(parts: TellingParts): { stop(): Promise<void> } {
  const { deps } = parts;
  const chat = deps.hands?.chat ?? null;
  if (!chat) return { stop: async () => {} };
  const told: AnnounceDeps = { announcements: parts.announcements, chat, log: deps.log, mark: deps.mark };
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = turn(parts, told).catch((error) => deps.log.warn({ err: error }, 'the operations channel was not told'));
  }, TURN_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function turn(parts: TellingParts, told: AnnounceDeps): Promise<void> {
  const { deps } = parts;
  if (!(await deps.ledger.holdDuty('telling', deps.owner, DUTY_MS))) return;
  const { rulebook } = await deps.knowledge();
  const channelId = rulebook.directory.channels[CHANNEL]?.id ?? null;
  const now = deps.clock.now();
  const status = await parts.intake.status();
  await planDigest(told, {
    channelId,
    zone: rulebook.programmes.find((p) => p.hours)?.hours?.zone ?? 'UTC',
    since: new Date(await deps.ledger.keep('digest-since', () => now.toISOString())),
    now,
    caseUrl: deps.caseUrl,
    more: status.reconciliation?.suspended
      ? [`Suspended in the help desk, unseen by Usher: ${status.reconciliation.suspended}`]
      : [],
  });
  await alertCauses(told, await causesNow(parts, status), { channelId, now });
  await announceOpen(told);
}

async function causesNow({ deps, knowledge, announcements }: TellingParts, status: IntakeStatus): Promise<Cause[]> {
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
  const wrong = knowledge.problems().filter((p) => p.severity === 'error');
  if (wrong.length > 0)
    causes.push({
      key: 'rules',
      says: `The rules on disk have ${wrong.length} mistakes and the last good ones stay in use: ${wrong[0]!.message}. See: usher check`,
    });
  const { stuck } = await announcements.numbers(24);
  if (stuck > 0)
    causes.push({ key: 'stuck', says: `${stuck} tickets were begun and have had no end for more than an hour` });
  return causes;
}
