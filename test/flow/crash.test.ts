// The crash test: a process dies at every checkpoint, another one goes on, and the world is asked what it received.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHECKPOINTS, type Checkpoint } from '../../src/flow/checkpoints.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { eachDatabase } from '../storage/databases.js';
import { newcomer, startWorld, type World } from './world.js';

const approved = sampleCompanies.brightfield;
let newcomers = 0;

eachDatabase((_name, open) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(await open());
  });
  afterAll(() => world.close());

  const passed = new Set<Checkpoint>();

  for (const [what, company, wanted] of [
    ['a declined organization', () => newcomer(newcomers++), { replies: 1, mails: 1, posts: 1, state: 'done' }],
    ['an approved organization', () => approved, { replies: 1, mails: 0, posts: 0, state: 'done' }],
  ] as const)
    it(`tells ${what} once, wherever the process dies`, { timeout: 300_000 }, async () => {
      const rehearsal = world.process();
      const first = world.file(company());
      expect(await rehearsal.run(first)).toBe('at-rest');
      await expectWorld(first, wanted);
      for (const [at, times] of rehearsal.hits) {
        passed.add(at);
        for (let nth = 1; nth <= times; nth++) {
          const ticketId = world.file(company());
          const before = { mails: world.smtp.mails().length, posts: world.slack.posts('everbright-sales').length };
          const end = await world.process({ at, nth }).run(ticketId);
          // How often a ticket that is too fresh is looked at depends on the clock: only the first time is certain.
          if (nth === 1) expect(end, at).toBe('died');
          const heir = world.process();
          await heir.deps.ledger.clearLeases();
          expect(await heir.run(ticketId)).toBe('at-rest');
          await expectWorld(ticketId, wanted, before, `${at} ${nth}`);
        }
      }
    });

  it('passed every checkpoint that a normal way and a lost answer can pass', async () => {
    const ticketId = world.file(approved);
    const process = world.process();
    world.zendesk.fault('applied-then-reset', { match: `PUT /api/v2/tickets/${ticketId}` });
    expect(await process.run(ticketId)).toBe('at-rest');
    expect(world.replies(ticketId)).toHaveLength(1);
    for (const name of process.hits.keys()) passed.add(name);
    // Cards have a test of their own.
    expect([...passed].sort()).toEqual(CHECKPOINTS.filter((c) => !c.startsWith('card-')).sort());
  });

  /** A mail that may have gone out is repeated once at most, and says so; a customer's message never is. */
  async function expectWorld(
    ticketId: string,
    wanted: { replies: number; mails: number; posts: number; state: string },
    before?: { mails: number; posts: number },
    hint = 'rehearsal',
  ): Promise<void> {
    const detail = await world.detail(`sandbox-${ticketId}`);
    expect(world.replies(ticketId), hint).toHaveLength(wanted.replies);
    expect(detail.state, `${hint}: ${detail.reason}`).toBe(wanted.state);
    if (!before) return;
    const mails = world.smtp.mails().slice(before.mails);
    const posts = world.slack.posts('everbright-sales').slice(before.posts);
    expect(posts.length, hint).toBe(wanted.posts);
    expect(mails.length, hint).toBeGreaterThanOrEqual(wanted.mails);
    expect(mails.length, hint).toBeLessThanOrEqual(2 * wanted.mails);
    expect(mails.filter((m) => !m.subject.includes('possible duplicate')).length, hint).toBeLessThanOrEqual(
      wanted.mails,
    );
  }
});
