// People act while Usher works: whoever took a ticket has it, nothing is said after a person's answer, nothing is opened again.
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { eachDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, type Stage, stageFor, summary, tell, untilRest } from './journey.js';
import type { Company, Process } from './world.js';

/** Points from the reading of the ticket to the end of the last write, between which a person may act. */
const MOMENTS: Checkpoint[] = [
  'ticket-read',
  'decided',
  'decision-committed',
  'ticket-inspected',
  'write-claimed',
  'send-begun',
  'before-dot',
  'answer-received',
  'write-settled',
];

type Act = (stage: Stage, ticketId: string) => void;
const acts: Record<string, Act> = {
  'answers the requester': ({ world }, id) => world.zendesk.agentReplies(id, 'Hello, I am looking into this for you.'),
  'takes the ticket': ({ world }, id) => world.zendesk.agentAssigns(id, agents.samWhitaker.id),
  'solves the ticket': ({ world }, id) => world.zendesk.agentSets(id, { status: 'solved' }),
  'deletes the ticket': ({ world }, id) => world.zendesk.agentDeletes(id),
  'merges the ticket': (stage, id) => stage.world.zendesk.agentMerges(id, stage.world.file(stage.stranger())),
  'puts the stop tag on': ({ world }, id) => world.zendesk.agentSets(id, { addTags: ['usher-stop'] }),
};

/** A process in which something happens at the nth passing of a checkpoint. */
function processWith(stage: Stage, at: Checkpoint, nth: number, act: () => void): Process {
  let passed = 0;
  return stage.world.process(null, {
    checkpoint: async (name) => {
      if (name === at && ++passed === nth) act();
    },
  });
}

/** How often each moment comes by on an undisturbed way. */
async function rehearse(stage: Stage, company: Company): Promise<[Checkpoint, number][]> {
  const process = stage.world.process();
  await arrive(stage, process, stage.world.file(company));
  return MOMENTS.flatMap((name) => {
    // A ticket that is too fresh is looked at again: the first reading is enough.
    const times = name === 'ticket-read' ? 1 : (process.hits.get(name) ?? 0);
    return Array.from({ length: times }, (_, i): [Checkpoint, number] => [name, i + 1]);
  });
}

eachDatabase((_name, open) => {
  const stage = stageFor(open);

  for (const [what, companyOf] of [
    ['a request to be declined', () => stage.stranger()],
    ['a request to be passed on', () => sampleCompanies.halcyon],
  ] as const)
    for (const [who, act] of Object.entries(acts))
      it(`steps back from ${what} whenever an agent ${who}`, { timeout: 120_000 }, async () => {
        for (const [at, nth] of await rehearse(stage, companyOf())) {
          const company = companyOf();
          const ticketId = stage.world.file(company);
          const log = () => stage.world.zendesk.world().filter((e) => e.ticketId === ticketId);
          const handOffs = () => stage.world.smtp.mails().length + stage.world.slack.posts('everbright-sales').length;
          let then = 0;
          let handOffsThen = 0;
          let status = '';
          const process = processWith(stage, at, nth, () => {
            act(stage, ticketId);
            then = log().length;
            handOffsThen = handOffs();
            status = stage.world.zendesk.ticket(ticketId).status;
          });
          const detail = await arrive(stage, process, ticketId);
          const hint = `${at} ${nth}: ${JSON.stringify(summary(detail))}`;
          if (then === 0) continue;
          // What was under way when the person acted may still arrive, once; nothing is begun.
          expect(handOffs() - handOffsThen, hint).toBeLessThanOrEqual(1);
          await tell(process, ticketId);
          const later = await untilRest(stage, process, ticketId);
          const after = log().slice(then);
          expect(after.filter((e) => e.by === 'usher'), hint).toEqual([]);
          expect(handOffs() - handOffsThen, hint).toBeLessThanOrEqual(1);
          expect(stage.world.zendesk.ticket(ticketId).status, hint).toBe(status);
          // An update under way that the vendor refuses, as the ticket is gone, is shown to a person.
          const isGone = who.startsWith('deletes') || who.startsWith('merges');
          expect(isGone ? ['done', 'not-for-usher', 'held'] : ['done', 'not-for-usher'], hint).toContain(later.state);
          expect(later.reason, hint).toBeTruthy();
        }
      });

  it('answers no requester whom an agent has answered before, also when the requester writes again', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.zendesk.agentReplies(ticketId, 'Which product is it about?');
    const process = stage.world.process();
    expect((await arrive(stage, process, ticketId)).state).toBe('not-for-usher');
    stage.world.zendesk.customerReplies(ticketId, 'It is about API access, as I said.');
    const detail = await arrive(stage, process, ticketId);
    expect(detail.state).toBe('not-for-usher');
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
  });

  for (const [what, companyOf] of [
    ['a request to be declined', () => stage.stranger()],
    ['a request to be passed on', () => sampleCompanies.halcyon],
  ] as const)
    it(`takes a second message into account whenever it comes during ${what}`, { timeout: 120_000 }, async () => {
      for (const [at, nth] of await rehearse(stage, companyOf())) {
        const company = companyOf();
        const ticketId = stage.world.file(company);
        let wroteAgain = false;
        const process = processWith(stage, at, nth, () => {
          wroteAgain = true;
          stage.world.zendesk.customerReplies(ticketId, 'One more thing: our API access should cover sandbox data, too.');
        });
        await arrive(stage, process, ticketId);
        if (!wroteAgain) continue;
        await tell(process, ticketId);
        const detail = await untilRest(stage, process, ticketId);
        const hint = `${at} ${nth}: ${JSON.stringify(summary(detail))}`;
        expect(detail.decisions[0]?.triage.facts.message.body, hint).toContain('One more thing');
        expect(stage.world.replies(ticketId), hint).toHaveLength(1);
        expect(['done', 'held', 'not-for-usher'], hint).toContain(detail.state);
        const { mails } = received(stage, ticketId, company);
        expect(mails.filter((m) => !/follow|Re:/i.test(m)).length, hint).toBeLessThanOrEqual(1);
      }
    });

  it('replaces what is planned and not begun when the requester writes again', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = processWith(stage, 'decision-committed', 1, () =>
      stage.world.zendesk.customerReplies(ticketId, 'We need API access by Friday.'),
    );
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', episode: 1 });
    expect(detail.decisions).toHaveLength(2);
    const mails = detail.stepDetails.filter((s) => s.type === 'email');
    expect(mails.map((s) => s.state)).toEqual(['dropped', 'done']);
    expect(received(stage, ticketId, company)).toMatchObject({
      replies: [expect.any(String)],
      mails: [expect.any(String)],
      posts: [expect.any(String)],
    });
  });

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
