// The ledger's stand-in, events: kept once, and their cases opened or woken.
import { eventDesk } from '../../../src/core/event.js';
import type { EventLedger } from '../../../src/ledger/events.js';
import { openIn } from './cases.js';
import type { Tables } from './tables.js';

export function memoryEvents(t: Tables): EventLedger {
  return {
    async takeEvent(event, wakes) {
      const place = JSON.stringify([event.source, event.key]);
      const known = t.events.get(place);
      if (known) return { caseId: known.caseId, isRepeat: true };
      if (wakes !== null && !t.cases.has(wakes)) return { caseId: null, isRepeat: false };
      const trigger = { key: `event:${event.source}:${event.key}`, kind: 'event' as const };
      const ticket = { helpdesk: eventDesk(event.source), ticketId: event.key, version: null };
      if (wakes !== null) t.putTrigger(wakes, trigger);
      const caseId = wakes ?? openIn(t, ticket, trigger).caseId;
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
