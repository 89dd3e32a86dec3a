// Where cases of events live: no help desk, nothing to write on, and the event as it was taken in place of a ticket.
import { eventTicket, isEventDesk } from '../core/event.js';
import { type Ticket, ticketShape } from '../core/ticket.js';
import { runningWait } from '../core/wait.js';
import type { CaseRecord } from '../ledger.js';
import type { HelpdeskReader } from '../ports.js';
import type { FlowDeps } from './deps.js';
import { currentEvent, eventOf, placeOf } from './event-turns.js';
import { lastRequesterMessage, type Occasion } from './occasion.js';

/** What a visit to this case works with: for an event its own desk, for a ticket everything as it is. */
export function depsFor(deps: FlowDeps, record: Pick<CaseRecord, 'helpdesk' | 'ticketId'>): FlowDeps {
  if (!isEventDesk(record.helpdesk)) return deps;
  // An event never changes, so there is no second of its last change to wait for.
  return { ...deps, reader: eventReader(deps, record.helpdesk), timing: { ...deps.timing, quietMs: 0 } };
}

function eventReader({ ledger }: FlowDeps, helpdesk: string): HelpdeskReader {
  return {
    name: helpdesk,
    async fetchTicket(id) {
      const [source, key] = placeOf(id, helpdesk);
      const event = await ledger.eventOf(source, key);
      return event && ticketShape.parse({ ...eventTicket(event, event.at), id, helpdesk });
    },
    changedSince: async () => ({ sightings: [], cursor: '', more: false }),
    suspendedCount: async () => null,
    inspect: async (_id, since) => ({ version: since, status: 'new', assignee: null, changes: [] }),
    // Nothing of ours can stand there.
    findMark: async () => ({ kind: 'absent' }),
  };
}

/** The ticket as it is now, with the event that woke its case where one did. */
export async function fetchWithEvent(deps: FlowDeps, record: CaseRecord): Promise<Ticket | null> {
  if (isEventDesk(record.helpdesk)) return deps.reader.fetchTicket(currentEvent(record));
  const ticket = await deps.reader.fetchTicket(record.ticketId, record.atLease?.knownTicket);
  if (!ticket) return null;
  const woke = record.triggers.find((t) => t.kind === 'event');
  const [source, key] = woke ? eventOf(woke) : [];
  if (!woke && isUnfinished(record, ticket)) return { ...ticket, ...(await eventBefore(deps, record)) };
  if (!source || !key) return ticket;
  const event = await deps.ledger.eventOf(source, key);
  return event ? { ...ticket, event: { source, name: event.name, fields: event.fields } } : ticket;
}

/** Steps of the decision before are still to be done, and nothing but the ticket has changed: it is decided about the same again. */
function isUnfinished({ state, triggers, decidedMessageId }: CaseRecord, ticket: Ticket): boolean {
  const isSame = triggers.every((t) => t.kind === 'changed' || t.kind === 'timer');
  return state === 'acting' && isSame && lastRequesterMessage(ticket).id === decidedMessageId;
}

async function eventBefore({ ledger }: FlowDeps, { id }: CaseRecord): Promise<Pick<Ticket, 'event'>> {
  const event = (await ledger.latestTriage(id))?.facts.event;
  return event?.source ? { event: event as unknown as NonNullable<Ticket['event']> } : {};
}

/** What the case of an event is decided about; null when it is finished and no person asks for more. */
export function eventOccasion(record: CaseRecord, isFinished: boolean): Occasion | null {
  const corrected = record.triggers.findLast((t) => t.kind === 'correction');
  if (corrected) return { on: 'correction', correction: corrected.outcome, opensEpisode: isFinished };
  const event = record.triggers.find((t) => t.kind === 'event');
  if (isFinished && !event && !record.triggers.some((t) => t.kind === 'person')) return null;
  // A further event is a matter of its own, with steps of its own, unless the case waits for just this one.
  const isFurther = event && record.decidedMessageId !== null && runningWait(record.wait)?.event !== event.event;
  return { on: 'event', correction: null, opensEpisode: isFinished || isFurther === true };
}
