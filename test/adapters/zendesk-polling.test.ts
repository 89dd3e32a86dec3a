// How the Zendesk reader polls: where the next search begins, and what it makes of rows that cannot be read.
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/problem.js';
import { type Dict, reader } from './small-account.js';

const NOW = Date.parse('2026-02-03T12:00:00Z');
const since = new Date('2026-02-03T04:00:00Z');
const row = (id: number, updated: string): Dict => ({
  id,
  created_at: '2026-02-03T03:00:00Z',
  updated_at: updated,
  status: 'open',
});

/** The query of each search that was asked. */
const queries = (server: { asked: { path: string }[] }) =>
  server.asked
    .filter((a) => a.path.includes('/search'))
    .map((a) => new URL(a.path, 'http://x').searchParams.get('query'));

describe('searching for changes', () => {
  const searchAnswers = (pages: Dict) => ({ '/incremental/tickets/cursor': 403, ...pages });
  const path = (from: string) =>
    `/search?query=type:ticket+updated>=${from}&sort_by=updated_at&sort_order=asc&page=1&per_page=100`;
  const full = Array.from({ length: 100 }, (_, i) =>
    row(i + 1, i < 99 ? '2026-02-03T04:10:00Z' : '2026-02-03T04:20:00Z'),
  );

  it('begins the next poll ten minutes before the newest of all pages', async () => {
    const { reader: desk, server } = await reader(
      searchAnswers({
        [path('2026-02-03T04:00:00Z')]: { results: full },
        [path('2026-02-03T04:20:00Z')]: { results: [full[99], row(101, '2026-02-03T04:21:00Z')] },
        '/search': { results: [] },
      }),
      { now: () => NOW },
    );
    const first = await desk.changedSince(null, since);
    expect(first).toMatchObject({ more: true, sightings: { length: 100 } });
    const second = await desk.changedSince(first.cursor, since);
    expect(second).toMatchObject({ more: false, sightings: { length: 2 } });
    await desk.changedSince(second.cursor, since);
    expect(queries(server).at(-1)).toBe('type:ticket updated>=2026-02-03T04:11:00Z');
  });

  it('does not wander backwards while nothing changes', async () => {
    const { reader: desk, server } = await reader(searchAnswers({ '/search': { results: [] } }), { now: () => NOW });
    let cursor: string | null = null;
    for (let i = 0; i < 3; i += 1) cursor = (await desk.changedSince(cursor, since)).cursor;
    expect(new Set(queries(server))).toEqual(new Set(['type:ticket updated>=2026-02-03T04:00:00Z']));
  });

  it('goes on from a cursor of an older release, and throws a Problem for a torn one', async () => {
    const { reader: desk, server } = await reader({ '/search': { results: [row(1, '2026-02-03T04:30:00Z')] } });
    const { cursor } = await desk.changedSince('search:2026-02-03T04:10:00Z|1', since);
    await desk.changedSince(cursor, since);
    expect(queries(server)).toEqual([
      'type:ticket updated>=2026-02-03T04:10:00Z',
      'type:ticket updated>=2026-02-03T04:20:00Z',
    ]);
    for (const torn of ['search:', 'search:soon|1', 'search:2026-02-03T04:10:00Z|x', 'search:2026-02-03T04:10:00Z|1|y'])
      await expect(desk.changedSince(torn, since)).rejects.toThrow('helpdesk-strange-answer');
  });

  it('does not let a row without a time move where it goes on', async () => {
    const { reader: desk, server } = await reader(
      { '/search': { results: [row(1, '2026-02-03T04:30:00Z'), { id: 2 }] } },
      { now: () => NOW },
    );
    const { cursor } = await desk.changedSince('search:2026-02-03T04:10:00Z|1|2026-02-03T04:10:00Z', since);
    await desk.changedSince(cursor, since);
    expect(queries(server).at(-1)).toBe('type:ticket updated>=2026-02-03T04:20:00Z');
  });
});

describe('an account without the right to export', () => {
  it('is searched, told of once, and asked again after six hours', async () => {
    let clock = NOW;
    const told: string[] = [];
    const answers: Dict = {
      '/incremental/tickets/cursor': 403,
      '/search': { results: [row(1, '2026-02-03T11:00:00Z')] },
    };
    const { reader: desk, server } = await reader(answers, {
      now: () => clock,
      onProblem: (problem) => told.push(problem.code),
    });
    const exports = () => server.asked.filter((a) => a.path.includes('/incremental/')).map((a) => a.path);
    let cursor: string | null = null;
    const poll = async () => {
      const page = await desk.changedSince(cursor, since);
      cursor = page.cursor;
      return page.sightings.map((s) => s.ticketId);
    };
    for (let n = 0; n < 3; n += 1) expect(await poll()).toEqual(['1']);
    expect(exports()).toHaveLength(1);
    expect(told).toEqual(['helpdesk-no-export']);
    clock += 6 * 3_600_000;
    expect(await poll()).toEqual(['1']);
    expect(exports()).toHaveLength(2);
    // The right was given: the export goes on from where the search was, and back by the overlap.
    clock += 6 * 3_600_000;
    answers['/incremental/tickets/cursor'] = { tickets: [row(2, '2026-02-03T11:30:00Z')], after_cursor: 'a' };
    server.answers(answers);
    expect(await poll()).toEqual(['2']);
    expect(exports().at(-1)).toContain(`start_time=${Date.parse('2026-02-03T10:50:00Z') / 1000}`);
    expect(cursor).toMatch(/^export:a/);
    expect(told).toEqual(['helpdesk-no-export']);
  });

  it('is searched on when the question for the export fails', async () => {
    const { reader: desk } = await reader({
      '/incremental/tickets/cursor': 500,
      '/search': { results: [row(1, '2026-02-03T11:00:00Z')] },
    });
    const { sightings } = await desk.changedSince('search:2026-02-03T04:10:00Z|1', since);
    expect(sightings).toHaveLength(1);
    await expect(desk.changedSince(null, since)).rejects.toThrow('helpdesk-unavailable');
  });
});

describe('the export', () => {
  const exported = {
    ...row(1, '2026-02-03T11:30:00Z'),
    generated_timestamp: Date.parse('2026-02-03T11:30:00Z') / 1000,
  };
  it('is read again from ten minutes before its newest row, every five minutes, never from later', async () => {
    let clock = NOW;
    const { reader: desk, server } = await reader(
      { '/incremental/tickets/cursor': { tickets: [exported], after_cursor: 'a' } },
      { now: () => clock },
    );
    const asked = () => new URL(server.asked.at(-1)!.path, 'http://x').searchParams;
    const { cursor } = await desk.changedSince('export:old', since);
    expect(asked().get('cursor')).toBe('old');
    await desk.changedSince(cursor, since);
    expect(asked().get('start_time')).toBe(String(Date.parse('2026-02-03T11:20:00Z') / 1000));
    await desk.changedSince(cursor, since);
    expect(asked().get('cursor')).toBe('a');
    clock += 24 * 3_600_000;
    await desk.changedSince(cursor, since);
    expect(asked().get('start_time')).toBe(String(Date.parse('2026-02-03T11:20:00Z') / 1000));
    clock += 24 * 3_600_000;
    await desk.changedSince(cursor, since, { isWalk: true });
    expect(asked().get('cursor')).toBe('a');
  });

  it('passes on how long Zendesk asks to wait', async () => {
    const { reader: desk, server } = await reader({});
    server.refuse429('77');
    await expect(desk.changedSince(null, since)).rejects.toMatchObject({
      problems: [{ code: 'helpdesk-rate-limited', retryAfterMs: 77_000 }],
    });
  });
});

describe('mail that was held back', () => {
  it.each([
    ['is counted', { suspended_tickets: [{ id: 1 }, { id: 2 }] }, 2],
    ['is not known where our account may not see it', 403, null],
    ['is not known where there is no such thing', 404, null],
  ])('%s', async (_, answer, count) => {
    const { reader: desk } = await reader({ '/suspended_tickets': answer });
    expect(await desk.suspendedCount()).toBe(count);
  });
});

describe.each(['export', 'search'])('rows of the %s', (way) => {
  async function polled(rows: unknown) {
    const told: Problem[] = [];
    const onProblem = (problem: Problem) => void (problem.code !== 'helpdesk-no-export' && told.push(problem));
    const answers =
      way === 'export'
        ? { '/incremental/tickets/cursor': { tickets: rows, after_cursor: 'a', end_of_stream: true } }
        : { '/incremental/tickets/cursor': 403, '/search': { results: rows } };
    const { reader: desk } = await reader(answers, { now: () => NOW, onProblem });
    return { told, poll: () => desk.changedSince(null, since) };
  }
  const good = row(1, '2026-02-03T04:30:00Z');
  const now = '2026-02-03T12:00:00.000Z';

  it('that cannot be read are seen by their id, beside all others', async () => {
    const { told, poll } = await polled([
      { id: 2, created_at: 7, updated_at: 'soon', status: null },
      { id: '3' },
      good,
    ]);
    expect((await poll()).sightings).toEqual([
      { ticketId: '2', updatedAt: now, createdAt: now, deleted: false },
      { ticketId: '3', updatedAt: now, createdAt: now, deleted: false },
      { ticketId: '1', updatedAt: good.updated_at, createdAt: good.created_at, deleted: false },
    ]);
    expect(told).toEqual([]);
  });

  it('keep what can be read of them', async () => {
    const { poll } = await polled([{ ...good, updated_at: null, status: 'DELETED' }]);
    expect((await poll()).sightings).toEqual([
      { ticketId: '1', updatedAt: now, createdAt: good.created_at, deleted: true },
    ]);
  });

  it('without an id are passed over and told of once', async () => {
    const { told, poll } = await polled([null, 'x', {}, { ...good, id: '../users/1' }, { ...good, id: -1 }, good]);
    expect((await poll()).sightings.map((s) => s.ticketId)).toEqual(['1']);
    expect((await poll()).sightings.map((s) => s.ticketId)).toEqual(['1']);
    expect(told).toMatchObject([{ code: 'helpdesk-strange-answer', severity: 'warning' }]);
  });

  it('that are no list are a Problem', async () => {
    const { poll } = await polled({ id: 1 });
    await expect(poll()).rejects.toThrow('helpdesk-strange-answer');
  });
});
