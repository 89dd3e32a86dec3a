// Events of one case take turns: each is decided and done before the next one is looked at.
import { isEventDesk, sourceOfDesk } from '../core/event.js';
import type { CaseRecord, Lease } from '../ledger.js';
import type { FlowDeps } from './deps.js';
import { isUnsent } from './perform.js';

type Trigger = CaseRecord['triggers'][number];

/** Source and key of the event that a trigger speaks of; nothing for any other trigger. */
export function eventOf({ key }: Trigger): string[] {
  return /^event:([^:]+):([^:]+)$/.exec(key)?.slice(1) ?? [];
}

/** Id of the event that a case is about now: the one whose turn it is, else the one that was decided last. */
export function currentEvent(record: CaseRecord): string {
  const next = record.triggers.find((t) => t.kind === 'event');
  const decided = record.decidedMessageId === FIRST ? null : record.decidedMessageId;
  return (next && idOf(next, record.helpdesk)) ?? decided ?? record.ticketId;
}

/** Its key; of another source than that of the case, the source before it. */
function idOf(trigger: Trigger, helpdesk: string): string | undefined {
  const [source, key] = eventOf(trigger);
  return key === undefined || source === sourceOfDesk(helpdesk) ? key : `${source}:${key}`;
}

/** Source and key that such an id stands for. */
export function placeOf(id: string, helpdesk: string): [source: string, key: string] {
  const [key, source = sourceOfDesk(helpdesk)] = id.split(':').reverse() as [string, string?];
  return [source, key];
}

/** What the release before this one wrote down of a decided event. */
const FIRST = 'first';

/**
 * The record with at most one event to decide about: the oldest, once the steps of the one before it are settled. A person's wish, an
 * answer of another system or a moment that has come is about that one, so it goes first.
 */
export function inTurn(record: CaseRecord): CaseRecord {
  const next = record.triggers.find((t) => t.kind === 'event');
  if (!next) return record;
  const others = record.triggers.filter((t) => t.kind !== 'event');
  // On a ticket an event may be what ends a hold, as a message may.
  const isUnsettled =
    isEventDesk(record.helpdesk) && record.writes.some((w) => isUnsent(w) || !SETTLED.includes(w.state));
  const isOpen = record.state === 'acting' || isUnsettled;
  return { ...record, triggers: others.length === 0 && !isOpen ? [next] : others };
}

const SETTLED = ['done', 'dropped'];

/**
 * When to look again: at once where a further event has its turn now. `start` is the case as the visit found it, for what comes while it
 * lasts makes the case due by itself; `ms` is what the visit asked for.
 */
export async function withNextTurn(
  { ledger }: FlowDeps,
  lease: Lease,
  start: Pick<CaseRecord, 'triggers'>,
  ms: number | null,
): Promise<number | null> {
  if (!start.triggers.some((t) => t.kind === 'event') || (ms !== null && ms < SOON_MS)) return ms;
  return inTurn(await ledger.read(lease)).triggers.some((t) => t.kind === 'event') ? 0 : ms;
}

/** Whoever comes back so soon looks then. */
const SOON_MS = 5_000;
