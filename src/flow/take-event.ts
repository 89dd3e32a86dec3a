// Taking an event that proved itself: read by its declaration, kept once, its case opened or woken, committed before the answer.
import { type EventSource, type EventTarget, type EventValue, readEvent } from '../core/event.js';
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
  const { name, fields, type, identity } = read;
  const key = deps.digest(identity).slice(0, 24);
  const wakes = type.wakes && wokenBy(type.wakes, fields, deps.reader.name);
  const { caseId, isRepeat } = await deps.ledger.takeEvent({ source: source.name, key, name, fields }, wakes);
  if (caseId === null) return { kind: 'no-case' };
  // A repeat may be the only one that arrived at the queue.
  await deps.enqueue(caseId);
  return { kind: 'taken', caseId, isRepeat };
}

function wokenBy(target: EventTarget, fields: Record<string, EventValue>, helpdesk: string): Woken {
  const value = String(fields[target.field] ?? '');
  return target.kind === 'ticket' ? { caseId: `${helpdesk}-${value}` } : { name: target.name, value };
}
