// Hand-offs about one organization stay together: mail by references, Slack by thread; and old contents are erased, slots kept.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/storage/pool.js';
import { eraseOld } from '../../src/storage/retention.js';
import { oneDatabase } from '../storage/databases.js';
import { newcomer, startWorld, type World } from './world.js';

oneDatabase((open) => {
  let db: Database;
  let world: World;
  beforeAll(async () => {
    db = await open();
    world = await startWorld(db);
  });
  afterAll(() => world.close());

  it('answers in the thread of the first hand-off when a second person of the organization asks', async () => {
    const company = newcomer(501);
    expect(await world.process().run(world.file(company))).toBe('at-rest');
    const [root] = world.slack.posts('everbright-sales');
    expect(root?.thread_ts).toBeNull();
    const [first] = world.smtp.mails();
    const colleague = { ...company, contact: { name: 'Robin Example', email: `robin@${company.domain}` } };
    const ticketId = world.file(colleague);
    // The post's answer is lost: it must be found in the thread, and not be posted again.
    world.slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    expect(await world.process().run(ticketId)).toBe('at-rest');
    const posts = world.slack.posts('everbright-sales');
    expect(posts.map((p) => p.thread_ts)).toEqual([null, root!.ts]);
    const [, second, ...more] = world.smtp.mails();
    expect(more).toEqual([]);
    expect(second?.headers['in-reply-to']).toBe(first?.messageId);
    expect(second?.text).toContain('robin@');
    expect(world.replies(ticketId)).toHaveLength(1);
  });

  it('forwards new facts after a decline to sales in the mail thread of the hand-off', async () => {
    const company = newcomer(502);
    const ticketId = world.file(company);
    const process = world.process();
    expect(await process.run(ticketId)).toBe('at-rest');
    const first = world.smtp.mails().at(-1)!;
    world.zendesk.customerReplies(ticketId, 'We also sell batteries in Oregon. Does that change anything?');
    expect(await process.run(ticketId, 'reply')).toBe('at-rest');
    const second = world.smtp.mails().at(-1)!;
    expect(second.messageId).not.toBe(first.messageId);
    expect(second.headers['in-reply-to']).toBe(first.messageId);
    expect(second.text).toContain('batteries');
    expect(world.replies(ticketId)).toHaveLength(1);
  });

  it('erases contents and personal data after the retention time and never fills a slot again', async () => {
    const company = newcomer(503);
    const ticketId = world.file(company);
    const process = world.process();
    await process.run(ticketId);
    const kysely = db.kysely<unknown>();
    await sql`update usher.cases set updated_at = now() - interval '200 days' where ticket_id = ${ticketId}`.execute(
      kysely,
    );
    expect(await eraseOld(kysely, 180)).toBe(1);
    const detail = await world.detail(`sandbox-${ticketId}`);
    expect(JSON.stringify(detail)).not.toContain(company.domain);
    expect(JSON.stringify(detail)).not.toContain(company.name);
    expect(detail.steps.every((s) => s.state === 'done')).toBe(true);
    await expect(process.deps.ledger.resumeCase(`sandbox-${ticketId}`, 'test')).rejects.toThrow('case-done');
    await process.run(ticketId, 'again');
    expect(world.replies(ticketId)).toHaveLength(1);
  });
});
