// Who is meant by `to: event.FIELD`: the person whom an event is about. Written to only where the programme says so, and guarded like a customer.
import type { RenderedEffect } from './decision.js';
import { ADDRESS } from './listed-address.js';
import type { Directory, EffectSpec, Programme } from './rulebook.js';
import { isOwn } from './screen.js';

/** What such a recipient looks like in a rule. */
export const EVENT_ADDRESS_PATTERN = /^event\.([A-Za-z_][A-Za-z0-9_-]{0,63})$/;

/** The field of the event that a recipient names; null for anybody of ours. */
export function addressField(to: string): string | null {
  return EVENT_ADDRESS_PATTERN.exec(to)?.[1] ?? null;
}

/** Whether a step writes to somebody who is none of ours: it counts against the caps, and is never sent twice. */
export function isToCustomer(effect: EffectSpec | RenderedEffect): boolean {
  return effect.type === 'reply' || (effect.type === 'email' && addressField(effect.to) !== null);
}

/** Whom a write tells something who is none of ours; null when nobody. */
export function customerOf({ steps }: { steps: { effect: RenderedEffect }[] }, requesterEmail: string): string | null {
  const effect = steps.map((s) => s.effect).find(isToCustomer);
  return effect?.type === 'email' ? effect.address.toLowerCase() : effect ? requesterEmail : null;
}

/** Left out: the programme does not write to those whom events are about, or the event names no address. */
export function isLeftOut(
  effect: EffectSpec,
  { event, programme }: { event: { [key: string]: unknown }; programme: Pick<Programme, 'eventReply'> },
): boolean {
  const field = effect.type === 'email' ? addressField(effect.to) : null;
  return field !== null && (programme.eventReply === 'none' || fieldOf(event, field) === '');
}

/** The address, or why nothing is sent to it. Whoever sends events chooses it, so it is one plain address and none of our own. */
export function eventAddress(
  field: string,
  event: { [key: string]: unknown },
  directory: Directory,
): { address: string } | { why: string } {
  const address = fieldOf(event, field);
  if (!ADDRESS.test(address)) return { why: `the event's ${field} is not one plain mail address` };
  if (isOwn(address, directory)) return { why: `the event's ${field} is one of our own addresses` };
  return { address };
}

function fieldOf({ fields }: { [key: string]: unknown }, name: string): string {
  const isThere = typeof fields === 'object' && fields !== null && Object.hasOwn(fields, name);
  return isThere ? String((fields as Record<string, unknown>)[name] ?? '') : '';
}
