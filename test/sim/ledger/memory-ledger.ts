// A stand-in for the ledger, in memory and on a clock of one's choice; it passes the same suite as PostgreSQL.
import type { Deliveries } from '../../../src/ledger/deliveries.js';
import type { Ledger } from '../../../src/ledger.js';
import { memoryApprovals } from './approvals.js';
import { memoryCards } from './cards.js';
import { memoryCases, openIn } from './cases.js';
import { memoryDecisions } from './decisions.js';
import { memoryDeliveries } from './deliveries.js';
import { memoryEvents } from './events.js';
import { memoryPeople } from './people.js';
import { handoffDays } from './records.js';
import { Tables } from './tables.js';
import { memoryWrites } from './writes.js';

const DAY_MS = 86_400_000;

/** `now`: the database's clock in milliseconds. What no simulated bot does is left out: `restored` backups. */
export function memoryLedger(now: () => number): { ledger: Ledger; deliveries: Deliveries; tables: Tables } {
  const t = new Tables(now);
  return {
    tables: t,
    deliveries: memoryDeliveries(t),
    ledger: {
      ...memoryCases(t),
      ...memoryDecisions(t),
      ...memoryWrites(t),
      ...memoryPeople(t),
      ...memoryCards(t),
      ...memoryApprovals(t),
      ...related(t),
      ...intake(t),
      ...kept(t),
      ...memoryEvents(t),
    },
  };
}

function related(t: Tables): Pick<Ledger, 'endOf' | 'threadOf' | 'handoffDaysAgo' | 'finishedByOrganization'> {
  return {
    async endOf(caseId) {
      const row = t.cases.get(caseId);
      const hasEnded = row && row.outcome !== null && (row.state === 'done' || row.state === 'not-for-usher');
      return hasEnded ? { outcome: row.outcome, rule: row.rule } : null;
    },

    async threadOf(record, { target, to }) {
      const isRelated = (caseId: string, settledAt: number | null) =>
        caseId === record.id ||
        (record.organizationKey !== null &&
          t.cases.get(caseId)?.organizationKey === record.organizationKey &&
          settledAt !== null &&
          settledAt > t.now() - 30 * DAY_MS);
      const found = t.writes
        .filter((w) => w.target === target && w.state === 'done' && isRelated(w.caseId, w.settledAt))
        .filter((w) =>
          t.steps.some(
            ({ writeId, effect: e }) =>
              writeId === w.id &&
              ((e.type === 'email' && e.to === to) ||
                (e.type === 'assign' && e.to === to) ||
                (e.type === 'slack' && e.channelId === to)),
          ),
        )
        .reverse()
        .slice(0, 20);
      const key = target === 'mail' ? 'messageId' : 'ts';
      const ids = found.map((w) => w.receipt?.[key]).filter((id): id is string => Boolean(id));
      if (target === 'mail') return ids.reverse();
      const root = found[0]?.thread[0];
      return root ? [root] : ids.slice(0, 1);
    },

    handoffDaysAgo: async (organizationKey, exceptCase) => handoffDays(t, organizationKey, exceptCase),

    async finishedByOrganization(days, programmes) {
      const finished = [...t.cases.values()]
        .filter((c) => c.state === 'done' && c.mode === 'live' && c.outcome !== null && c.organizationKey !== null)
        .filter((c) => programmes.includes(c.programme ?? '') && c.updatedAt > t.now() - days * DAY_MS)
        .sort((a, b) => a.updatedAt - b.updatedAt);
      const newest = new Map(finished.map((c) => [c.organizationKey!, c]));
      return [...newest]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, c]) => ({
          caseId: c.id,
          programme: c.programme!,
          outcome: c.outcome!,
          rule: c.rule,
          ticket: t.newestDecision(c.id)!.commit.ticket,
        }));
    },
  };
}

type IntakePart = Pick<
  Ledger,
  | 'holdDuty'
  | 'releaseDuty'
  | 'sightWebhook'
  | 'knownOf'
  | 'notePolled'
  | 'polledSecondsAgo'
  | 'latestRun'
  | 'beginRun'
  | 'saveRun'
>;

function intake(t: Tables): IntakePart {
  const latest = (helpdesk: string, kind: string) => {
    const run = t.runs.findLast((r) => r.helpdesk === helpdesk && r.kind === kind);
    if (!run) return null;
    const { began, helpdesk: _, ...rest } = run;
    return { ...rest, beganAt: new Date(began).toISOString(), ageSeconds: (t.now() - began) / 1000 };
  };
  return {
    async holdDuty(name, owner, ms) {
      const duty = t.duties.get(name);
      if (duty && duty.owner !== owner && duty.until > t.now()) return false;
      t.duties.set(name, { owner, until: t.now() + ms });
      return true;
    },
    async releaseDuty(name, owner) {
      if (t.duties.get(name)?.owner === owner) t.duties.delete(name);
    },
    async sightWebhook(ticket, { id, proof }) {
      const trigger = { key: `hook:${id}`, kind: 'changed' as const };
      const { caseId, isNews } = openIn(t, { ...ticket, version: null }, trigger, proof);
      return { caseId, isRepeat: !isNews };
    },
    async knownOf(helpdesk, sightings) {
      const found = new Map<string, { isDecided: boolean; isSeen: boolean; ageSeconds: number }>();
      for (const { ticketId, version } of sightings) {
        const row = t.cases.get(`${helpdesk}-${ticketId}`);
        if (!row) continue;
        const isSeen =
          (row.decidedTicketAt !== null && row.decidedTicketAt >= version) ||
          t.triggers.some((x) => x.caseId === row.id && x.key === `seen:${version}`);
        found.set(ticketId, {
          isDecided: row.state !== 'new' || row.decidedTicketAt !== null,
          isSeen: isSeen && (found.get(ticketId)?.isSeen ?? true),
          ageSeconds: (t.now() - row.openedAt) / 1000,
        });
      }
      return found;
    },
    async notePolled(helpdesk) {
      t.meta.set(`polled-${helpdesk}`, { value: 'true', at: t.now() });
    },
    async polledSecondsAgo(helpdesk) {
      const polled = t.meta.get(`polled-${helpdesk}`);
      return polled ? (t.now() - polled.at) / 1000 : null;
    },
    latestRun: async (helpdesk, kind) => latest(helpdesk, kind),
    async beginRun(helpdesk, kind, since) {
      const nothing = { endedAt: null, cursor: null, at: null, seen: 0, missing: 0, suspended: null };
      const run = { id: String(t.nextNumber()), kind, since: since.toISOString(), ...nothing };
      t.runs.push({ ...run, helpdesk, began: t.now() });
      return latest(helpdesk, kind)!;
    },
    async saveRun(run, isEnd) {
      const { cursor, at, since, seen, missing, suspended } = run;
      const endedAt = isEnd ? new Date(t.now()).toISOString() : null;
      const row = t.runs.find((r) => r.id === run.id);
      if (row) Object.assign(row, { cursor, at, since, seen, missing, suspended, endedAt });
    },
  };
}

function kept(t: Tables): Pick<Ledger, 'cursor' | 'saveCursor' | 'publish' | 'swap' | 'keep'> {
  return {
    cursor: async (helpdesk) => t.cursors.get(helpdesk) ?? { cursor: null, since: null },
    async saveCursor(helpdesk, cursor, since) {
      t.cursors.set(helpdesk, { cursor, since });
    },
    async publish(kind, hash) {
      t.published.add(`${kind} ${hash}`);
    },
    async swap(key, value) {
      const before = t.meta.get(key)?.value ?? null;
      t.meta.set(key, { value, at: t.now() });
      return before;
    },
    async keep(key, make) {
      const before = t.meta.get(key)?.value;
      if (before !== undefined) return before;
      const value = make();
      t.meta.set(key, { value, at: t.now() });
      return value;
    },
  };
}
