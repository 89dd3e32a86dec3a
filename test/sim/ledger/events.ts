// The ledger's stand-in, events: kept once, and their cases opened or woken.
import { eventDesk, LINKS_MOST, type LinkedRecord } from '../../../src/core/event.js';
import type { EventLedger, Woken } from '../../../src/ledger/events.js';
import { openIn } from './cases.js';
import type { Tables, WriteRow } from './tables.js';

export function memoryEvents(t: Tables): EventLedger {
  return {
    async takeEvent(event, wakes) {
      const place = JSON.stringify([event.source, event.key]);
      const known = t.events.get(place);
      if (known) return { caseId: known.caseId, isRepeat: true };
      const trigger = { key: `event:${event.source}:${event.key}`, kind: 'event' as const, event: event.name };
      const { source, key, name, fields, caseKey = key, links = [] } = event;
      const ticket = { helpdesk: eventDesk(source), ticketId: caseKey, version: null };
      const caseId = wakes ? findWoken(t, wakes) : `${ticket.helpdesk}-${caseKey}`;
      if (caseId === null) return { caseId, isRepeat: false };
      if (links.length > 0 && linksOf(t, caseId).length + links.length > LINKS_MOST)
        return { caseId: null, isRepeat: false, isFull: true as const };
      if (wakes) t.putTrigger(caseId, trigger);
      else openIn(t, ticket, trigger);
      t.events.set(place, { source, key, name, fields, links, caseId, at: new Date(t.now()).toISOString() });
      return { caseId, isRepeat: false };
    },

    async eventOf(source, key) {
      const found = t.events.get(JSON.stringify([source, key]));
      if (!found) return null;
      const { caseId: _, links: _links, ...event } = found;
      return event;
    },
  };
}

/** All linked records of a case, in the order in which they came. */
export function linksOf(t: Tables, caseId: string): LinkedRecord[] {
  return [...t.events.values()].flatMap((event) => (event.caseId === caseId ? event.links : []));
}

function findWoken(t: Tables, wakes: Woken): string | null {
  if ('caseId' in wakes) return t.cases.has(wakes.caseId) ? wakes.caseId : null;
  const isIt = (w: WriteRow) =>
    w.target === 'http' && w.state === 'done' && w.receipt?.[`value.${wakes.name}`] === wakes.value;
  return t.writes.findLast(isIt)?.caseId ?? null;
}
