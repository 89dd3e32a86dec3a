// GET /metrics in the format of Prometheus: what the ledger counts, how intake stands, and the process itself.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LedgerNumbers } from '../ports/ledger-numbers.js';
import type { IntakeStatus, ListStatus } from '../ports.js';
import type { WebhookCounts } from './http-options.js';

/** What is asked at each scrape. */
export interface MetricsSource {
  ledger: () => Promise<LedgerNumbers>;
  lists: () => Promise<ListStatus[]>;
  /** Mistakes in the rules on disk: the last good ones stay in use. */
  ruleProblems: () => number;
  intake: () => Promise<IntakeStatus>;
  webhooks: () => WebhookCounts;
  rateLimit: () => {
    lanes: { name: string; used: number; limit: number }[];
    waiting: number;
    waitedMs: number;
    putOff: number;
    tooMany: number;
  };
  now: () => Date;
}

type Row = [labels: Record<string, string>, value: number];

/** A registry of its own, filled anew at each scrape. Throws what the source throws: a scrape that fails is seen as such. */
export function createMetrics(source: MetricsSource): { contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const shown = new Map<string, Gauge | Counter>();
  const show = (name: string, help: string, labelNames: string[], rows: Row[]) => {
    const kind = name.endsWith('_total') ? Counter : Gauge;
    const metric = shown.get(name) ?? new kind({ name, help, labelNames, registers: [registry] });
    shown.set(name, metric);
    // Counted elsewhere: each scrape shows the count as it stands.
    metric.reset();
    for (const [labels, value] of rows) metric.inc(labels, value);
  };
  const one = (name: string, help: string, value: number) => show(name, help, [], [[{}, value]]);

  async function collect(): Promise<void> {
    const [ledger, lists, intake] = await Promise.all([source.ledger(), source.lists(), source.intake()]);
    const now = source.now().getTime();
    const ago = (iso: string | null) => (iso === null ? null : Math.max(0, (now - Date.parse(iso)) / 1000));
    show(
      'usher_cases',
      'Cases by programme, state and outcome',
      ['programme', 'state', 'outcome'],
      ledger.cases.map(({ count, ...labels }) => [labels, count]),
    );
    show(
      'usher_writes',
      'Writes by target and state',
      ['target', 'state'],
      ledger.writes.map(({ count, ...labels }) => [labels, count]),
    );
    one('usher_oldest_held_seconds', 'How long the oldest case has needed a person', ledger.oldestHeldSeconds);
    one('usher_oldest_open_seconds', 'How long the oldest case has been under way', ledger.oldestOpenSeconds);
    one('usher_due_cases', 'Cases that want a worker now', ledger.due);
    one('usher_due_wait_seconds', 'The longest wait for a worker', ledger.longestDueSeconds);
    one(
      'usher_audit_unsealed_seconds',
      'How long the oldest decision has waited to be sealed into the audit chain',
      ledger.unsealedSeconds,
    );
    one('usher_paused', '1 while a person has stopped sending', ledger.paused ? 1 : 0);
    one('usher_breaker_open', '1 while the breaker has stopped all sending', ledger.breaker ? 1 : 0);
    show(
      'usher_list_age_seconds',
      'Time since a list was last read',
      ['list'],
      lists.flatMap((list): Row[] => {
        const age = ago(list.readAt);
        return age === null ? [] : [[{ list: list.list }, age]];
      }),
    );
    show(
      'usher_list_usable',
      '1 when conclusions may be drawn from the list',
      ['list'],
      lists.map((list) => [{ list: list.list }, list.problem === null ? 1 : 0]),
    );
    one('usher_rule_problems', 'Mistakes in the rules on disk; the last good ones stay in use', source.ruleProblems());
    one(
      'usher_poll_age_seconds',
      'Time since polling last read all there was; -1 before the first time',
      ago(intake.lastPollAt) ?? -1,
    );
    one(
      'usher_suspended_tickets',
      'Mail the help desk holds back; -1 when not known',
      intake.reconciliation?.suspended ?? -1,
    );
    one(
      'usher_reconciliation_missing',
      'Tickets the latest reconciliation found without a case',
      intake.reconciliation?.missing ?? 0,
    );
    const hooks = source.webhooks();
    show(
      'usher_webhooks_total',
      'Webhooks since the start, by what became of them',
      ['result'],
      [
        [{ result: 'taken' }, hooks.taken],
        [{ result: 'repeated' }, hooks.repeated],
        [{ result: 'limited' }, hooks.limited],
        ...Object.entries(hooks.refused).map(([reason, count]): Row => [{ result: `refused: ${reason}` }, count]),
      ],
    );
    const rate = source.rateLimit();
    show(
      'usher_rate_limit_used',
      'Requests to the help desk in the running window',
      ['lane'],
      rate.lanes.map((lane) => [{ lane: lane.name }, lane.used]),
    );
    show(
      'usher_rate_limit',
      'Requests the help desk allows in a window',
      ['lane'],
      rate.lanes.map((lane) => [{ lane: lane.name }, lane.limit]),
    );
    one('usher_rate_limit_waiting', 'Requests that wait for their turn', rate.waiting);
    one('usher_rate_limit_waited_seconds_total', 'Time waited for a turn since the start', rate.waitedMs / 1000);
    one('usher_rate_limit_put_off_total', 'Requests told to come again later, since the start', rate.putOff);
    one('usher_rate_limit_refused_total', 'Answers of status 429, since the start', rate.tooMany);
  }

  return {
    contentType: registry.contentType,
    async text() {
      await collect();
      return registry.metrics();
    },
  };
}
