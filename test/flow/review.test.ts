// What a review found once: lost marks, lost claims, and mails that were claimed before an agent took the ticket.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handleCase } from '../../src/flow/handle-case.js';
import { sightByWebhook } from '../../src/flow/intake.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import type { Database } from '../../src/storage/pool.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { newcomer, startWorld, type World } from './world.js';

oneDatabase((open) => {
  let db: Database;
  let world: World;
  beforeAll(async () => {
    db = await open();
    world = await startWorld(db);
  }, OPENING_MS);
  afterAll(() => world.close());

  it('finds a reply whose claim was lost by its mark, and does not repeat it', async () => {
    const ticketId = world.file(sampleCompanies.brightfield);
    await world.process().run(ticketId);
    expect(world.replies(ticketId)).toHaveLength(1);
    const kysely = db.kysely<unknown>();
    const caseId = `sandbox-${ticketId}`;
    // As after a machine that lost its last commits: the claim and what came of it are gone, the world is not.
    await sql`update usher.writes set state = 'planned', mark = null, content_hash = null, version = null, sends = 0, attempts = 0,
      claimed_at = null, settled_at = null, receipt = null where case_id = ${caseId}`.execute(kysely);
    await sql`update usher.cases set state = 'acting', wake_at = now() where id = ${caseId}`.execute(kysely);
    const { deps } = world.process();
    await until(async () => {
      await handleCase(deps, caseId);
      return (await world.detail(caseId)).state !== 'acting';
    });
    expect(world.replies(ticketId)).toHaveLength(1);
    const detail = await world.detail(caseId);
    expect(detail.state).toBe('done');
    expect(detail.stepDetails.every((s) => s.state === 'done')).toBe(true);
  });

  it('replies once and asks a person when the help desk drops our mark', async () => {
    const plain = world.process().deps;
    const deaf = {
      ...plain.hands!,
      helpdesk: {
        update: (...[id, write, options]: Parameters<NonNullable<typeof plain.hands>['helpdesk']['update']>) =>
          plain.hands!.helpdesk.update(id, write, { ...options, mark: '' }),
      },
    };
    const ticketId = world.file(sampleCompanies.brightfield);
    await world.process(null, { hands: deaf, timing: { ...plain.timing, unsureAfterMs: 300 } }).run(ticketId);
    const detail = await world.detail(`sandbox-${ticketId}`);
    expect(world.replies(ticketId)).toHaveLength(1);
    expect(detail.state).toBe('held');
    expect(detail.stepDetails.some((s) => s.state === 'unsure')).toBe(true);
  });

  it('sends no mail that waited for the server once an agent has the ticket', async () => {
    await world.smtp.refuse(true);
    const ticketId = world.file(newcomer(601));
    const { deps } = world.process();
    const caseId = await sightByWebhook(deps, ticketId, 'first');
    const isClaimed = async () => (await world.detail(caseId)).stepDetails.some((s) => s.state === 'claimed');
    await until(async () => {
      await handleCase(deps, caseId);
      return isClaimed();
    });
    const before = world.smtp.mails().length;
    world.zendesk.agentAssigns(ticketId, 9002);
    await world.smtp.refuse(false);
    await until(async () => {
      await handleCase(deps, caseId);
      return !['acting', 'new', 'waiting'].includes((await world.detail(caseId)).state);
    });
    expect(world.smtp.mails()).toHaveLength(before);
    expect(world.replies(ticketId)).toHaveLength(0);
    expect((await world.detail(caseId)).state).toBe('not-for-usher');
  });

  it('steps back when an automation hands the ticket to an agent between two steps', async () => {
    const ticketId = world.file(newcomer(602));
    const process = world.process(null, {
      // The routing rule of the help desk runs while the mail to sales is on its way.
      checkpoint: async (name) => {
        if (name === 'write-settled' && world.zendesk.ticket(ticketId).assignee_id === null)
          world.zendesk.agentAssigns(ticketId, 9002);
      },
    });
    await process.run(ticketId);
    expect(world.replies(ticketId)).toHaveLength(0);
    expect(world.zendesk.ticket(ticketId).status).not.toBe('solved');
  });
});

/** Tries again and again; the test's own time limit ends what never becomes true. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}
