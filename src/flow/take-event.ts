// Taking an event that proved itself: read by its declaration, kept once, its case opened or woken, committed before the answer.
import { type EventSource, type EventTarget, type EventValue, LINKS_MOST, readEvent } from '../core/event.js';
import type { Woken } from '../ledger/events.js';
import type { FlowDeps } from './deps.js';

export type EventTaken =
  | { kind: 'taken'; caseId: string; isRepeat: boolean }
  /** It fits, and no case waits for it. */
  | { kind: 'no-case' }
  /** Sentences that name fields and quote no values. */
  | { kind: 'misfit'; problems: string[] };

/** `helpdesk` is the one whose tickets an event may wake. The same event again gives the same answer and changes nothing. */
export async function takeEvent(
  deps: Pick<FlowDeps, 'ledger' | 'digest' | 'enqueue'> & { reader: { name: string } },
  source: EventSource,
  payload: unknown,
): Promise<EventTaken> {
  const read = readEvent(source, payload);
  if ('problems' in read) return { kind: 'misfit', problems: read.problems };
  const { name, fields, type, links } = read;
  const keyOf = (identity: string) => deps.digest(identity).slice(0, 24);
  const caseKey = read.caseIdentity === null ? undefined : keyOf(read.caseIdentity);
  const wakes = type.wakes && wokenBy(type.wakes, fields, deps.reader.name);
  const event = { source: source.name, key: keyOf(read.identity), name, fields, links, caseKey };
  const { caseId, isRepeat, isFull } = await deps.ledger.takeEvent(event, wakes);
  if (isFull) return { kind: 'misfit', problems: [`its case has as many linked records as it can (${LINKS_MOST})`] };
  if (caseId === null) return { kind: 'no-case' };
  // A repeat may be the only one that arrived at the queue.
  await deps.enqueue(caseId);
  return { kind: 'taken', caseId, isRepeat };
}

function wokenBy(target: EventTarget, fields: Record<string, EventValue>, helpdesk: string): Woken {
  const value = String(fields[target.field] ?? '');
  return target.kind === 'ticket' ? { caseId: `${helpdesk}-${value}` } : { name: target.name, value };
}
