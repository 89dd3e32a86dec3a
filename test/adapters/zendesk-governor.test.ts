// The rate limits of an account are kept before Zendesk has to say so, also in a burst and beside another program.
import { afterEach, describe, expect, it } from 'vitest';
import { createGovernor, type Governor } from '../../src/adapters/helpdesk/zendesk/governor.js';
import { authorization } from '../../src/adapters/helpdesk/zendesk/http.js';
import { Lane, type Rank } from '../../src/adapters/helpdesk/zendesk/lane.js';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import { ProblemError, putOffMs } from '../../src/problem.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';

/** Virtual seconds a real one. */
const SPEED = 100;
const running: ZendeskSandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

async function account(limits: Parameters<typeof startZendeskSandbox>[0] = {}) {
  const began = Date.now();
  const nowMs = () => began + (Date.now() - began) * SPEED;
  const sandbox = await startZendeskSandbox({ now: () => new Date(nowMs()), ...limits });
  running.push(sandbox);
  const governor = createGovernor({ now: nowMs });
  const options = {
    governor,
    name: 'zendesk',
    url: sandbox.url,
    email: sandbox.email,
    apiToken: sandbox.apiToken,
    allowPrivateNetwork: true,
    now: nowMs,
  };
  const file = (n: number) =>
    sandbox.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: `Ticket ${n}`, body: 'Please.' });
  return { sandbox, governor, reader: zendeskReader(options), writer: zendeskWriter(options), file };
}

const later = (virtualMs: number) => new Promise((resolve) => setTimeout(resolve, virtualMs / SPEED));

/** Reads are put off when the machine is slow: virtual time runs on. */
async function read(desk: Awaited<ReturnType<typeof account>>, id: string) {
  for (;;) {
    try {
      return await desk.reader.fetchTicket(id);
    } catch (error) {
      await later(putOffMs(error) ?? 1_000);
    }
  }
}

/** Reads a ticket and leaves a note on it, coming again whenever it is told to. */
async function workOn({ reader, writer }: Awaited<ReturnType<typeof account>>, id: string): Promise<void> {
  for (;;) {
    try {
      const ticket = await reader.fetchTicket(id);
      const comment = { public: false, text: 'seen', html: '<p>seen</p>' };
      const outcome = await writer.update(id, { comment }, { mark: `mark-${id}`, version: ticket!.version });
      if (outcome.kind === 'done') return;
      if (outcome.kind !== 'not-sent') throw new Error(JSON.stringify(outcome));
      await later(outcome.retryAfterMs ?? 1_000);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'helpdesk-rate-limited') throw error;
      await later(putOffMs(error) ?? 1_000);
    }
  }
}

async function eightAtATime(ids: string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = [...ids];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) await work(id);
    }),
  );
}

describe('the account of an Enterprise plan', () => {
  it('meets no 429 at all in a burst of 300 tickets', async () => {
    const desk = await account();
    const ids = Array.from({ length: 300 }, (_, n) => desk.file(n));
    await eightAtATime(ids, (id) => workOn(desk, id));
    expect(desk.sandbox.tooMany()).toBe(0);
    const notes = desk.sandbox.world().filter((e) => e.kind === 'internal-note' && e.by === 'usher');
    expect(new Set(notes.map((e) => e.ticketId)).size).toBe(300);
    expect(notes).toHaveLength(300);
    const numbers = desk.governor.numbers();
    expect(numbers.lanes).toMatchObject([{ name: 'account', limit: 700 }, { name: 'updates', limit: 100 }, {}, {}]);
    expect(numbers.waitedMs).toBeGreaterThan(0);
    for (const lane of numbers.lanes) expect(lane.used).toBeLessThanOrEqual(lane.limit * 0.8);
  });

  it('recovers when another program eats the budget', async () => {
    const desk = await account({ limits: { requestsPerMinute: 100 } });
    const ids = Array.from({ length: 30 }, (_, n) => desk.file(n));
    let isEating = true;
    const eat = async () => {
      const headers = { authorization: authorization(agents.samWhitaker.email, desk.sandbox.apiToken) };
      while (isEating) await (await fetch(`${desk.sandbox.url}/api/v2/ticket_fields`, { headers })).arrayBuffer();
    };
    const eaters = [eat(), eat()];
    const work = eightAtATime(ids, (id) => workOn(desk, id));
    while (desk.sandbox.tooMany() < 50) await later(1_000);
    isEating = false;
    await Promise.all(eaters);
    await work;
    expect(desk.sandbox.world().filter((e) => e.kind === 'internal-note' && e.by === 'usher')).toHaveLength(30);
  });

  it('updates one ticket no more often than it allows', async () => {
    const desk = await account();
    const id = desk.file(1);
    const outcomes: string[] = [];
    for (let n = 0; n < 40 && outcomes.at(-1) !== 'not-sent'; n += 1) {
      const ticket = await read(desk, id);
      const comment = { public: false, text: `${n}`, html: `<p>${n}</p>` };
      const outcome = await desk.writer.update(id, { comment }, { mark: `mark-${n}`, version: ticket!.version });
      outcomes.push(outcome.kind);
      if (outcome.kind === 'not-sent') expect(outcome.retryAfterMs).toBeGreaterThan(20_000);
    }
    expect(outcomes.at(-1)).toBe('not-sent');
    expect(outcomes.length).toBeLessThanOrEqual(25);
    expect(desk.sandbox.tooMany()).toBe(0);
  });

  it('exports no more often than allowed, and leaves half of that to polling', async () => {
    const desk = await account({ exportPageMax: 1 });
    for (let n = 0; n < 20; n += 1) desk.file(n);
    await later(90_000);
    const walk = async (cursor: string | null): Promise<string> => {
      for (;;) {
        try {
          return (await desk.reader.changedSince(cursor, new Date(0), { isWalk: true })).cursor;
        } catch (error) {
          await later(putOffMs(error) ?? 1_000);
        }
      }
    };
    let cursor = await walk(null);
    for (let n = 0; n < 12; n += 1) cursor = await walk(cursor);
    expect(desk.sandbox.tooMany()).toBe(0);
    expect(desk.governor.numbers().lanes[2]).toMatchObject({ name: 'export', limit: 10 });
  });
});

describe('a limit of 100 a minute', () => {
  const lane = (count: number, atMs = 0) => {
    const one = new Lane('one', 100, 60_000);
    for (let i = 0; i < count; i += 1) {
      one.begin(atMs);
      one.end(atMs);
    }
    return one;
  };
  const table: [string, number, Rank, number, number][] = [
    ['lets a read go at once', 0, 'read', 1_000, 0],
    ['spreads what is over half of its share', 60, 'read', 1_000, 1_950],
    ['stops writes at 80', 80, 'write', 1_000, 59_000],
    ['stops what can wait at 50', 50, 'background', 1_000, 59_000],
    ['begins anew after a minute', 80, 'write', 60_000, 0],
  ];
  it.each(table)('%s', (_, used, rank, now, wait) => {
    expect(lane(used).waitMs(rank, now)).toBe(wait);
  });

  const others: [string, number, Rank, number, number][] = [
    ['leaves the rest to others when little is left', 12, 'read', 1_000, 4_000],
    ['lets a write go then', 12, 'write', 1_000, 0],
    ['asks again after five seconds', 12, 'read', 5_000, 0],
    ['asks no more when nearly nothing is left', 2, 'write', 5_000, 55_000],
    ['believes nothing that is older than its reset', 2, 'read', 60_000, 0],
  ];
  it.each(others)('%s', (_, left, rank, now, wait) => {
    const one = lane(1);
    one.learn({ limit: 100, left, resetMs: 60_000 }, 0);
    expect(one.waitMs(rank, now)).toBe(wait);
  });
});

describe('whoever waits', () => {
  /** A governor whose account allows no more for now. */
  async function full(now: () => number, signal?: AbortSignal): Promise<Governor> {
    const governor = createGovernor({ now, signal });
    const leave = await governor.enter({ method: 'GET', path: '/x', rank: 'read' });
    if (leave.kind === 'go') leave.leave({ status: 429, headers: { 'retry-after': '8' } });
    return governor;
  }

  it('goes in order: writes, reads, then what can wait', async () => {
    let clock = 0;
    const governor = await full(() => clock);
    const went: string[] = [];
    const enter = (rank: Rank) =>
      governor.enter({ method: 'GET', path: '/x', rank }).then((leave) => {
        went.push(`${rank} ${leave.kind}`);
        if (leave.kind === 'go') leave.leave({ status: 200, headers: {} });
      });
    const all = [enter('background'), enter('read'), enter('write')];
    expect(governor.numbers()).toMatchObject({ waiting: 3, tooMany: 1 });
    clock = 9_000;
    await Promise.all(all);
    expect(went).toEqual(['write go', 'read go', 'background go']);
  });

  it('is told to come again when it would take too long, each a little later than the one before', async () => {
    const governor = await full(() => 0);
    const ask = { method: 'GET', path: '/x', rank: 'read', waitMaxMs: 1_000 } as const;
    const waits = await Promise.all([governor.enter(ask), governor.enter(ask), governor.enter(ask)]);
    const ms = waits.map((leave) => (leave.kind === 'put-off' ? leave.retryAfterMs : -1));
    expect(ms[0]).toBeGreaterThan(8_000);
    expect(ms[1]).toBeGreaterThan(ms[0]!);
    expect(ms[2]).toBeGreaterThan(ms[1]!);
    expect(governor.numbers()).toMatchObject({ waiting: 0, putOff: 3 });
  });

  it('is let off when the process is to end', async () => {
    const ending = new AbortController();
    const governor = await full(() => 0, ending.signal);
    const waiting = governor.enter({ method: 'PUT', path: '/tickets/7', rank: 'write' });
    ending.abort();
    expect(await waiting).toEqual({ kind: 'put-off', retryAfterMs: 0 });
  });
});
