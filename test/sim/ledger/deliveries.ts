// The ledger's stand-in, events out: put down with the decision or state they tell of, spread to subscribers, taken and settled.
import type { CaseEventType } from '../../../src/core/case-events.js';
import type { Deliveries, DeliveryLine } from '../../../src/ledger/deliveries.js';
import type { DecisionCommit } from '../../../src/ledger.js';
import type { CaseState } from '../../../src/ports.js';
import type { CaseRow, OutgoingRow, Tables } from './tables.js';

export function memoryDeliveries(t: Tables): Deliveries {
  const eventOf = (row: OutgoingRow) => t.caseEvents.find((e) => e.id === row.eventId)!;
  const lineOf = (row: OutgoingRow): DeliveryLine => {
    const { caseId, type, at } = eventOf(row);
    const { id, eventId, subscriber, state, attempts, status } = row;
    const times = { at: new Date(at).toISOString(), dueAt: new Date(row.dueAt).toISOString() };
    return { id: String(id), eventId: String(eventId), subscriber, caseId, type, state, attempts, status, ...times };
  };
  return {
    async listen(isListening) {
      t.meta.set('subscribers', { value: isListening ? 'yes' : 'no', at: t.now() });
    },

    async spread(subscribers) {
      for (const event of t.caseEvents.filter((e) => !e.isSpread)) {
        event.isSpread = true;
        for (const { name } of subscribers.filter((s) => s.events.includes(event.type)))
          t.outgoing.push({
            ...{ id: t.nextNumber(), eventId: event.id, subscriber: name },
            ...{ state: 'waiting', attempts: 0, status: null, dueAt: t.now() },
          });
      }
    },

    async take(subscribers, limit, ms) {
      const due = t.outgoing
        .filter((d) => d.state === 'waiting' && d.dueAt <= t.now())
        .filter((d) => subscribers.includes(d.subscriber) && !t.deafSubscribers.has(d.subscriber))
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit);
      return due.map((row) => {
        Object.assign(row, { attempts: row.attempts + 1, dueAt: t.now() + ms });
        const { id, eventId, subscriber, type, at, attempts } = lineOf(row);
        return { id, eventId, subscriber, type, at, data: eventOf(row).data, attempts };
      });
    },

    async putBack(ids) {
      for (const row of t.outgoing.filter((d) => ids.includes(String(d.id)) && d.state === 'waiting'))
        Object.assign(row, { attempts: Math.max(0, row.attempts - 1), dueAt: t.now() });
    },

    async settle(id, { state, status, waitMs = 0 }) {
      const row = t.outgoing.find((d) => String(d.id) === id);
      if (row) Object.assign(row, { state, status, dueAt: t.now() + waitMs });
    },

    list: async (limit) => t.outgoing.slice(-limit).reverse().map(lineOf),

    async replay(id) {
      const row = t.outgoing.find((d) => String(d.id) === id);
      if (row) Object.assign(row, { state: 'waiting', attempts: 0, dueAt: t.now() });
      return row !== undefined;
    },

    async pause(subscriber, reason) {
      if (!t.deafSubscribers.has(subscriber)) t.deafSubscribers.set(subscriber, { value: reason, at: t.now() });
    },

    async resume(subscriber) {
      for (const row of t.outgoing) if (row.subscriber === subscriber && row.state === 'waiting') row.dueAt = t.now();
      return t.deafSubscribers.delete(subscriber);
    },

    async pauses() {
      return [...t.deafSubscribers].map(([subscriber, { value, at }]) => ({
        ...{ subscriber, reason: value, since: new Date(at).toISOString() },
      }));
    },
  };
}

/** What a decision tells, before it stands. */
export function tellDecision(t: Tables, row: CaseRow, commit: DecisionCommit): void {
  const { decision } = commit.triage;
  if (commit.mode !== 'live' || decision.kind === 'ignore' || commit.timeline.length === 0) return;
  const { programme, rule, outcome } = decision;
  const told = { programme, rule, outcome, episode: commit.episode };
  if (!t.newestDecision(row.id)) put(t, row, 'case.opened', told);
  put(t, row, 'case.decided', told);
  if (commit.state === 'held') put(t, row, 'case.held', told);
  if (commit.state === 'done') put(t, row, 'case.done', told);
}

/** What a change of state tells. */
export function tellState(t: Tables, row: CaseRow, state: CaseState): void {
  if ((state !== 'held' && state !== 'done') || row.mode !== 'live') return;
  const { programme, rule, outcome, episode } = row;
  put(t, row, `case.${state}`, { programme, rule, outcome, episode });
}

type Told = Record<'programme' | 'rule' | 'outcome', string | null> & { episode: number };

function put(t: Tables, { id, helpdesk, ticketId }: CaseRow, type: CaseEventType, told: Told): void {
  if (t.meta.get('subscribers')?.value !== 'yes') return;
  const data = { ...told, case: id, helpdesk, ticket: ticketId };
  t.caseEvents.push({ id: t.nextNumber(), caseId: id, type, at: t.now(), data, isSpread: false });
}
