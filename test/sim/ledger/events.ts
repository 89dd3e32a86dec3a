// The ledger's stand-in, events: kept once, and their cases opened or woken.
import { eventDesk } from '../../../src/core/event.js';
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
      const ticket = { helpdesk: eventDesk(event.source), ticketId: event.key, version: null };
      const woken = wakes && findWoken(t, wakes);
      if (wakes && woken === null) return { caseId: null, isRepeat: false };
      if (woken) t.putTrigger(woken, trigger);
      const caseId = woken ?? openIn(t, ticket, trigger).caseId;
      t.events.set(place, { ...event, caseId, at: new Date(t.now()).toISOString() });
      return { caseId, isRepeat: false };
    },

    async eventOf(source, key) {
      const found = t.events.get(JSON.stringify([source, key]));
      if (!found) return null;
      const { caseId: _, ...event } = found;
      return event;
    },
  };
}

function findWoken(t: Tables, wakes: Woken): string | null {
  if ('caseId' in wakes) return t.cases.has(wakes.caseId) ? wakes.caseId : null;
  const isIt = (w: WriteRow) =>
    w.target === 'http' && w.state === 'done' && w.receipt?.[`value.${wakes.name}`] === wakes.value;
  return t.writes.findLast(isIt)?.caseId ?? null;
}
