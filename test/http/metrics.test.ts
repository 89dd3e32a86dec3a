// /metrics: the numbers of a real ledger, behind the password where one is set; and what is documented to read them.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics, type MetricsSource } from '../../src/http/metrics.js';
import { ledgerNumbers } from '../../src/storage/metrics-view.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import { eachDatabase } from '../storage/databases.js';
import { startTestConsole } from './console-server.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const source: MetricsSource = {
  ledger: async () => ({
    cases: [{ programme: 'everbright-api-access', state: 'done', outcome: 'passed-to-sales', count: 3 }],
    writes: [{ target: 'mail', state: 'unsure', count: 1 }],
    oldestHeldSeconds: 60,
    oldestOpenSeconds: 5,
    unsealedSeconds: 3,
    due: 2,
    longestDueSeconds: 4,
    paused: false,
    breaker: true,
  }),
  lists: async () => [
    {
      list: 'sellers',
      programme: 'p',
      title: 'Sellers',
      file: 's.xlsx',
      hash: 'h',
      rows: 1,
      readAt: '2026-11-22T11:59:00Z',
      problem: 'too old',
      waiting: null,
      lint: [],
    },
  ],
  ruleProblems: () => 2,
  intake: async () => ({
    lastPollAt: '2026-11-22T11:59:30Z',
    reconciliation: { beganAt: '', endedAt: '', seen: 9, missing: 1, suspended: 4 },
    backfill: null,
  }),
  webhooks: () => ({ taken: 7, repeated: 1, refused: { stale: 2 }, limited: 0 }),
  rateLimit: () => ({
    lanes: [{ name: 'account', used: 10, limit: 700 }],
    waiting: 0,
    waitedMs: 1_500,
    putOff: 0,
    tooMany: 0,
  }),
  now: () => NOW,
};

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((http) => http.close()));
});

async function scrape(consolePassword?: string, authorization?: string) {
  const http = await startTestConsole({ consolePassword, metrics: createMetrics(source) });
  running.push(http);
  const answer = await fetch(`${http.address}/metrics`, { headers: authorization ? { authorization } : {} });
  return { http, status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}
const basic = (password: string) => `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;

describe('/metrics', () => {
  it('says each number under its name', async () => {
    const { status, type, text } = await scrape();
    expect([status, type]).toEqual([200, expect.stringContaining('text/plain')]);
    for (const line of [
      'usher_cases{programme="everbright-api-access",state="done",outcome="passed-to-sales"} 3',
      'usher_writes{target="mail",state="unsure"} 1',
      'usher_oldest_held_seconds 60',
      'usher_due_cases 2',
      'usher_audit_unsealed_seconds 3',
      'usher_breaker_open 1',
      'usher_paused 0',
      'usher_list_age_seconds{list="sellers"} 60',
      'usher_list_usable{list="sellers"} 0',
      'usher_rule_problems 2',
      'usher_poll_age_seconds 30',
      'usher_suspended_tickets 4',
      'usher_reconciliation_missing 1',
      'usher_webhooks_total{result="refused: stale"} 2',
      'usher_rate_limit_used{lane="account"} 10',
      'usher_rate_limit_waited_seconds_total 1.5',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('is kept for who knows the password, and brakes guessing', async () => {
    const password = 'correct horse battery';
    expect((await scrape(password)).status).toBe(401);
    expect(await scrape(password, basic(password))).toMatchObject({ status: 200 });
    const { http } = await scrape(password, basic('wrong'));
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++)
      statuses.push((await fetch(`${http.address}/metrics`, { headers: { authorization: basic('wrong') } })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await fetch(`${http.address}/metrics`, { headers: { authorization: basic(password) } })).status).toBe(429);
  });
});

eachDatabase((_name, open) => {
  it('counts what stands in the ledger', async () => {
    const db = await open();
    await migrate(db, migrations);
    const kysely = db.kysely<unknown>();
    expect(await ledgerNumbers(kysely)).toMatchObject({
      cases: [],
      writes: [],
      oldestHeldSeconds: 0,
      due: 0,
      paused: false,
    });
    await sql`insert into usher.cases (id, helpdesk, ticket_id, state, outcome, programme, held_at, wake_at) values
      ('a-1', 'a', '1', 'held', null, 'p', now() - interval '1 hour', null),
      ('a-2', 'a', '2', 'done', 'thanked', 'p', null, null),
      ('a-3', 'a', '3', 'acting', null, 'p', null, now() - interval '10 seconds')`.execute(kysely);
    await sql`insert into usher.meta (key, value) values ('pause:*', '{}')`.execute(kysely);
    const numbers = await ledgerNumbers(kysely);
    expect(numbers.cases).toContainEqual({ programme: 'p', state: 'done', outcome: 'thanked', count: 1 });
    expect(numbers).toMatchObject({ due: 1, paused: true, breaker: false });
    expect(Math.round(numbers.oldestHeldSeconds / 60)).toBe(60);
    expect(Math.round(numbers.longestDueSeconds)).toBeGreaterThanOrEqual(10);
  });
});

describe('what is documented for Prometheus and Grafana', () => {
  const names = async () => {
    const text = await createMetrics(source).text();
    return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1]!));
  };
  const used = (text: string) => [...text.matchAll(/\b(?:usher|process|nodejs)_[a-z0-9_]+\b/g)].map((m) => m[0]);

  it('asks only for metrics that there are', async () => {
    const known = await names();
    const alerts = parse(await readFile('docs/monitoring/alerts.yaml', 'utf8')) as {
      groups: { rules: { expr: string }[] }[];
    };
    const dashboard = JSON.parse(await readFile('docs/monitoring/grafana.json', 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const asked = [...alerts.groups.flatMap((g) => g.rules), ...dashboard.panels.flatMap((p) => p.targets)].flatMap(
      (r) => used(r.expr),
    );
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find(existsSync);
  if (!promtool) console.log('promtool is not installed: the alert rules are not checked (apt-get install prometheus)');
  it.skipIf(!promtool)('has alert rules and an exposition that promtool takes', async () => {
    const run = promisify(execFile);
    expect((await run(promtool!, ['check', 'rules', 'docs/monitoring/alerts.yaml'])).stdout).toMatch(
      /SUCCESS: \d+ rules found/,
    );
    const lint = run(promtool!, ['check', 'metrics']);
    // The names of the process's own numbers are the library's.
    const own = (await createMetrics(source).text()).split('\n').filter((line) => /^(# \w+ )?usher_/.test(line));
    lint.child.stdin!.end(`${own.join('\n')}\n`);
    await lint;
  });
});
