// Part (b): what a ticket costs when there are 100 or 100,000 cases behind it, in turn on two databases.
import { openDatabase } from '../src/storage/pool.js';
import { type Bot, startBot } from './bot.js';
import type { Server } from './databases.js';
import { CONCURRENCY, closeStage, type Measured, measure, openStage, type Stage } from './end-to-end.js';
import { shown, type Table } from './report.js';

/** Past cases with their triggers, decisions, writes, steps and timeline, over the last 180 days; contents are small, as after erasing. */
const FILL = `
  insert into usher.cases (id, helpdesk, ticket_id, subject, requester_email, state, programme, rule, outcome, decided_message_id,
      decided_ticket_at, organization_key, opened_at, updated_at)
    select 'zendesk-9' || n, 'zendesk', '9' || n, 'API access request', 'pat' || n || '@past.example', 'done', 'everbright-api-access',
      'not-approved', 'passed-to-sales', '1', '2026-01-01T00:00:00Z', 'past ' || n || '|', now() - n * $2::interval, now() - n * $2::interval
    from generate_series(1, $1::int) n;
  insert into usher.triggers (case_id, key, kind, at, handled_at)
    select id, 'hook:' || id, 'changed', opened_at, opened_at from usher.cases where ticket_id like '9%' and id like 'zendesk-9%';
  insert into usher.decisions (case_id, episode, trigger, at, ticket, case_facts, triage)
    select id, 1, 'ticket', opened_at, '{}', '{}', null from usher.cases where id like 'zendesk-9%';
  insert into usher.writes (case_id, decision_id, episode, seq, target, state, mark, content_hash, to_customer, message_id, requester, requester_domain,
      receipt, planned_at, claimed_at, settled_at, sends, attempts)
    select d.case_id, d.id, 1, s, (array['mail','slack','ticket'])[s], 'done', md5(d.case_id || s), md5(d.case_id), s = 3, '1',
      c.requester_email, 'past.example', '{"messageId": "<a@b>", "ts": "1.1"}', c.opened_at, c.opened_at, c.opened_at, 1, 1
    from usher.decisions d join usher.cases c on c.id = d.case_id, generate_series(1, 3) s where d.case_id like 'zendesk-9%';
  insert into usher.steps (case_id, number, write_id, slot, type, effect)
    select case_id, seq, id, case_id || ':1:' || seq, (array['email','slack','reply'])[seq], '{"to": "x@y.example", "channelId": "C0EVERSALES"}'
    from usher.writes where case_id like 'zendesk-9%';
  insert into usher.timeline (case_id, at, kind, text)
    select id, opened_at, 'done', 'Usher replied.' from usher.cases, generate_series(1, 4) where id like 'zendesk-9%'`;

async function fill(databaseUrl: string | undefined, dataDir: string, cases: number): Promise<void> {
  const db = await openDatabase({ databaseUrl, dataDir });
  const [first, ...rest] = FILL.split(';');
  await db.pool.query(first!, [cases, `${(180 * 86_400) / cases} seconds`]);
  for (const statement of rest) await db.pool.query(statement);
  await db.pool.query('vacuum (analyze)');
  await db.close();
}

interface Side {
  cases: number;
  stage: Stage;
  databaseUrl: string | undefined;
  bot?: Bot;
  eight: Measured[];
  one: Measured[];
}

export interface HistorySizes {
  past: [number, number];
  tickets: number;
  single: number;
  rounds: number;
}

export async function history(sizes: HistorySizes, server: Server | null, say: (line: string) => void): Promise<Table> {
  const sides: Side[] = [];
  try {
    for (const cases of sizes.past) {
      const side: Side = { cases, stage: await openStage(), databaseUrl: await server?.fresh(), eight: [], one: [] };
      sides.push(side);
      const start = () =>
        startBot({
          place: side.stage.place,
          world: side.stage.settings,
          databaseUrl: side.databaseUrl,
          concurrency: CONCURRENCY,
        });
      await (await start()).stop();
      await fill(side.databaseUrl, side.stage.place.dataDir, cases);
      side.bot = await start();
      await measure(side.stage, side.bot, { tickets: Math.ceil(sizes.tickets / 3), concurrency: CONCURRENCY });
      say(`${cases} past cases are there`);
    }
    for (let round = 0; round < sizes.rounds; round++)
      for (const side of round % 2 ? [...sides].reverse() : sides) {
        side.eight.push(await measure(side.stage, side.bot!, { tickets: sizes.tickets, concurrency: CONCURRENCY }));
        side.one.push(await measure(side.stage, side.bot!, { tickets: sizes.single, concurrency: 1 }));
      }
  } finally {
    for (const side of sides) {
      await side.bot?.stop();
      await closeStage(side.stage);
    }
  }
  const bestOf = (side: Side) => ({
    msEach: 1000 / Math.max(...side.eight.map((m) => m.perSecond)),
    p50: Math.min(...side.one.map((m) => m.p50)),
    cpu: Math.min(...side.eight.map((m) => m.cpuMsPerTicket)),
  });
  const [few, many] = sides.map(bestOf) as [ReturnType<typeof bestOf>, ReturnType<typeof bestOf>];
  const row = (title: string, b: typeof few) => [title, shown(b.msEach), shown(b.cpu), shown(b.p50)];
  return {
    name: 'history',
    head: ['past cases', 'ms a ticket at 8', 'CPU ms/ticket', 'p50 at 1, ms'],
    rows: [
      row(sizes.past[0].toLocaleString('en-US'), few),
      row(sizes.past[1].toLocaleString('en-US'), many),
      [
        'ratio (aim: at most 1.2)',
        shown(many.msEach / few.msEach),
        shown(many.cpu / few.cpu),
        shown(many.p50 / few.p50),
      ],
    ],
    notes: [`${server ? server.title : 'Embedded database'}; best of ${sizes.rounds} rounds in turn.`],
  };
}
