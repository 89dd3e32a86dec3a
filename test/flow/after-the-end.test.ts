// After the end: what a requester writes on a finished case opens a new episode; and tickets that lack half of what tickets have.
import { expect, it } from 'vitest';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor } from './journey.js';
import type { Company, Process } from './world.js';

oneDatabase((open) => {
  const stage = stageFor(open);

  /** A ticket that was declined and is solved. */
  async function declined(): Promise<{ company: Company; ticketId: string; process: Process }> {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'passed-to-sales', episode: 1 });
    return { company, ticketId, process };
  }

  /** What the requester's message after the end leads to; `reply` is never sent after a decline. */
  const afterDecline: [text: string, expected: object, mails: number, status: string][] = [
    ['Thanks!', { state: 'done', outcome: 'thanked' }, 1, 'solved'],
    ['We have just opened an office in Nevada.', { state: 'done', outcome: 'forwarded-to-sales' }, 2, 'solved'],
    ['But we are already approved!', { state: 'held', rule: 'says-approved-after-decline' }, 1, 'open'],
  ];
  for (const [text, expected, mails, status] of afterDecline)
    it(`opens a new episode on a declined ticket for "${text}"`, async () => {
      const { company, ticketId, process } = await declined();
      stage.world.zendesk.customerReplies(ticketId, text);
      const detail = await arrive(stage, process, ticketId);
      expect(detail).toMatchObject({ ...expected, episode: 2 });
      expect(stage.world.replies(ticketId)).toHaveLength(1);
      expect(received(stage, ticketId, company).mails).toHaveLength(mails);
      expect(stage.world.zendesk.ticket(ticketId).status).toBe(status);
    });

  // The third write is the last: reply and close, after the mail and the post.
  for (const at of ['answer-received', 'write-settled'] as const)
    it(`hears what is written on a declined ticket while nobody runs, after a death at ${at}`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      expect(await stage.world.process({ at, nth: 3 }).run(ticketId)).toBe('died');
      expect(stage.world.zendesk.ticket(ticketId).status).toBe('solved');
      stage.world.zendesk.customerReplies(ticketId, 'But we are already approved!');
      const heir = stage.world.process();
      await heir.deps.ledger.clearLeases();
      const detail = await arrive(stage, heir, ticketId);
      expect(detail).toMatchObject({ state: 'held', rule: 'says-approved-after-decline', episode: 2 });
      expect(stage.world.replies(ticketId)).toHaveLength(1);
      expect(received(stage, ticketId, company).mails).toHaveLength(1);
    });

  it('remembers the decline behind an out-of-office mail', async () => {
    const { company, ticketId, process } = await declined();
    stage.world.zendesk.customerReplies(ticketId, 'I am out of the office until Monday.');
    const { tickets } = stage.world.zendesk.state();
    // Zendesk flags what a machine wrote; the sandbox has no other way to write such a reply.
    const automatic = tickets.find((t) => String(t.id) === ticketId)!;
    automatic.audits.at(-1)!.metadata.flags = [4];
    const ignored = await arrive(stage, process, ticketId);
    expect(ignored).toMatchObject({ state: 'done', episode: 2 });
    stage.world.zendesk.customerReplies(ticketId, 'Back again: we have opened an office in Nevada.');
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'forwarded-to-sales', episode: 3 });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
    expect(received(stage, ticketId, company).mails).toHaveLength(2);
  });

  /** Free mail and no company: Usher asked for details. */
  async function asked(name: string): Promise<{ ticketId: string; process: Process }> {
    const email = `${name}.${stage.stranger().domain.split('.')[0]}@gmail.com`;
    const body = 'Hello, I would like to get API access.';
    const ticketId = stage.world.zendesk.customerFiles({ name: 'Chris Doe', email, subject: 'API access', body });
    const process = stage.world.process();
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'asked-for-details' });
    expect(stage.world.zendesk.ticket(ticketId).status).toBe('pending');
    return { ticketId, process };
  }

  it('holds a request that is still unidentified after asking once', async () => {
    const { ticketId, process } = await asked('still');
    stage.world.zendesk.customerReplies(ticketId, 'It is urgent, we need API access now.');
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'held', rule: 'still-unidentified', episode: 2 });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('decides anew when the requester answers with a work address', async () => {
    const { ticketId } = await asked('work');
    const company = stage.stranger();
    const organization = stage.world.zendesk.addOrganization({ name: company.name, domains: [company.domain] });
    const { tickets, users } = stage.world.zendesk.state();
    const ticket = tickets.find((t) => String(t.id) === ticketId)!;
    const requester = users.find((u) => u.id === ticket.requester_id)!;
    Object.assign(requester, { email: company.contact.email, organization_id: organization.id });
    ticket.organization_id = organization.id;
    stage.world.zendesk.customerReplies(ticketId, `I work for ${company.name} and need API access.`);
    // Another process: who is who is remembered for a while.
    const detail = await arrive(stage, stage.world.process(), ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'passed-to-sales', episode: 2 });
    expect(stage.world.replies(ticketId)).toHaveLength(2);
    expect(received(stage, ticketId, company).mails).toHaveLength(1);
  });

  it('survives a ticket without requester, subject or organization', async () => {
    const file = (subject: string) =>
      stage.world.zendesk.customerFiles({
        name: 'Nobody',
        email: `nobody.${stage.stranger().domain}@gmail.com`.replace('.example@', '@'),
        subject,
        body: 'We want API access.',
      });
    const nameless = file('API access');
    const { tickets, users } = stage.world.zendesk.state();
    const requesterId = tickets.find((t) => String(t.id) === nameless)!.requester_id;
    const at = users.findIndex((u) => u.id === requesterId);
    users.splice(at, 1);
    for (const ticketId of [nameless, file('')]) {
      const detail = await arrive(stage, stage.world.process(), ticketId);
      expect(['done', 'held', 'not-for-usher']).toContain(detail.state);
      expect(detail.reason).toBeTruthy();
      expect(detail.timeline.map((t) => t.text).join(' ')).not.toContain('failed');
      expect(stage.world.replies(ticketId).length).toBeLessThanOrEqual(1);
    }
  });

  it('leaves tickets alone that were created before it began', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const created = new Date(stage.world.zendesk.ticket(ticketId).created_at);
    const process = stage.world.process(null, { actSince: new Date(created.getTime() + 60_000) });
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ id: caseIdOf(ticketId), state: 'not-for-usher' });
    expect(detail.reason).toContain('created before');
    stage.world.zendesk.customerReplies(ticketId, 'Any news on our API access?');
    expect((await arrive(stage, process, ticketId)).state).toBe('not-for-usher');
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
  });
});
