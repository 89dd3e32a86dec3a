// Cases that wait: they sleep until an answer, an event or a time, remind meanwhile, and are decided again by whatever wakes them.
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { explainDecision } from '../../src/core/explain.js';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { CaseDetail } from '../../src/ports.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { eachDatabase, OPENING_MS } from '../storage/databases.js';
import { nobodyFiles, sleeps } from './approval-asked.js';
import { arrive, caseIdOf, received, stageFor, tell, untilRest } from './journey.js';
import { knowledgeWith } from './knowledge-with.js';
import { timeGoesBy } from './time-goes-by.js';

const HOUR_MS = 3_600_000;
const HEAD = 'stages: [asked, answered]';
const RULES = `
  - id: ask-company
    when: { match.verdict: unidentified }
    outcome: asked
    then:
      - ask: { template: need-details, within: 48h }
      - stage: asked
      - remind: { after: 24h, reply: need-details }
      - escalate: { after: 36h, email: { to: sales-development, template: follow-up } }
  - id: answered
    when: { case.rules: { contains: ask-company }, case.wait.over: false }
    outcome: answered
    then:
      - reply: initial-response
      - assign: api-integrations-lead
      - stage: answered
      - wait: { event: kick-off, for: 7d }
  - id: kicked-off
    when: { case.event: kick-off }
    outcome: kicked-off
    then: [ { status: open } ]
  - id: no-kick-off
    when: { case.rules: { contains: answered } }
    then: [ { hold: "No kick-off came" } ]
  - id: no-answer
    when: { case.wait.over: true }
    then: [ { hold: "The requester did not answer" } ]
`;

eachDatabase((_name, open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES, HEAD);
  }, OPENING_MS);

  const worker = (death: { at: Checkpoint; nth: number } | null = null) =>
    stage.world.process(death, { knowledge: async () => knowledge });
  /** Files a ticket of somebody nobody knows, and lets it be asked. */
  async function asked() {
    const company = { ...stage.stranger(), contact: { name: 'Kim Doe', email: 'kim.doe@gmail.com' } };
    const ticketId = stage.world.zendesk.customerFiles({
      name: company.contact.name,
      email: company.contact.email,
      subject: 'API access request',
      body: 'Hello, we would like to get API access for our integration.',
      fields: {},
    });
    const process = worker();
    await arrive(stage, process, ticketId, { until: sleeps });
    return { ticketId, process, company };
  }
  const kept = async (ticketId: string) => {
    const found = await sql<{
      stage: string;
      fired_rules: string[];
      state: string;
      ended: string | null;
      sleep: number;
    }>`
      select stage, fired_rules, state, wait ->> 'endedBy' as ended, extract(epoch from wake_at - now())::float8 as sleep
      from usher.cases where id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    return found.rows[0]!;
  };
  const later = async (ticketId: string, process: Parameters<typeof handleCase>[0], hours: number) => {
    await timeGoesBy(stage, ticketId, hours * HOUR_MS);
    for (const caseId of await process.ledger.dueCases(50))
      if (caseId === caseIdOf(ticketId)) await handleCase(process, caseId);
  };

  it('asks, sets the ticket pending and sleeps until the first reminder; what agents change keeps it asleep', async () => {
    const { ticketId, process } = await asked();
    const ticket = await process.deps.reader.fetchTicket(ticketId);
    expect(ticket?.status).toBe('pending');
    expect(stage.world.replies(ticketId)).toHaveLength(1);
    expect(await kept(ticketId)).toMatchObject({ stage: 'asked', fired_rules: ['ask-company'], state: 'waiting' });
    expect((await kept(ticketId)).sleep).toBeGreaterThan(23.9 * 3_600);
    expect(await process.deps.ledger.dueCases(100)).not.toContain(caseIdOf(ticketId));
    stage.world.zendesk.agentSets(ticketId, { addTags: ['vip'] });
    const before = (await stage.world.detail(caseIdOf(ticketId))).decisions.length;
    await arrive(stage, process, ticketId, { until: (d) => sleeps(d) && d.decisions.length > before });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
    expect(await kept(ticketId)).toMatchObject({ state: 'waiting', ended: null });
  });

  it('reminds once, escalates once, and asks a person when the time is up', async () => {
    const { ticketId, process } = await asked();
    const before = stage.world.smtp.mails().length;
    const mails = () => stage.world.smtp.mails().length - before;
    // A ticket that changed a moment ago is decided on a little later: it sleeps already before the reminder.
    const until = (d: CaseDetail) => sleeps(d) && d.decisions.length > decided;
    let decided = (await stage.world.detail(caseIdOf(ticketId))).decisions.length;
    await later(ticketId, process.deps, 25);
    decided = (await untilRest(stage, process, ticketId, { until })).decisions.length;
    expect(stage.world.replies(ticketId)).toHaveLength(2);
    await later(ticketId, process.deps, 12);
    await untilRest(stage, process, ticketId, { until });
    expect([stage.world.replies(ticketId).length, mails()]).toEqual([2, 1]);
    await later(ticketId, process.deps, 12);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'held', reason: 'The requester did not answer' });
    expect([stage.world.replies(ticketId).length, mails()]).toEqual([2, 1]);
  });

  it('goes on when the requester answers, drops the reminder, waits for an event and ends with it', async () => {
    const { ticketId, process } = await asked();
    stage.world.zendesk.customerReplies(ticketId, 'We are a small shop.');
    await arrive(stage, process, ticketId, { until: (d) => sleeps(d) && d.outcome === 'answered' });
    expect(stage.world.replies(ticketId)).toHaveLength(2);
    expect(await kept(ticketId)).toMatchObject({ stage: 'answered', fired_rules: ['ask-company', 'answered'] });
    await later(ticketId, process.deps, 26);
    expect(stage.world.replies(ticketId)).toHaveLength(2);
    const event = { key: `event:${ticketId}`, kind: 'event', event: 'kick-off' } as const;
    await process.deps.ledger.wake(caseIdOf(ticketId), event);
    await process.deps.ledger.wake(caseIdOf(ticketId), event);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'kicked-off', episode: 1 });
    expect(detail.decisions[0]!.triage.facts.case).toMatchObject({
      trigger: 'event',
      event: 'kick-off',
      stage: 'answered',
    });
    expect((await kept(ticketId)).ended).toBe('event');
    expect(detail.decisions[0]!.triage.decision.trace.slice(0, 2).map((t) => t.why)).toEqual(
      Array(2).fill('it has already been done in this episode'),
    );
  });

  it('is not woken by an out-of-office, an event of another name, or a stranger to the wait', async () => {
    const { ticketId, process } = await asked();
    await process.deps.ledger.wake(caseIdOf(ticketId), { key: 'event:other', kind: 'event', event: 'other' });
    await untilRest(stage, process, ticketId, { until: (d) => sleeps(d) && d.decisions.length > 1 });
    expect(await kept(ticketId)).toMatchObject({ state: 'waiting', ended: null });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('waits for nobody in shadow mode, and shows what would be waited for', async () => {
    const { ticketId } = nobodyFiles(stage);
    const shadow = stage.world.process(null, { knowledge: async () => knowledge, hands: null, mode: 'shadow' });
    const detail = await arrive(stage, shadow, ticketId);
    expect(await kept(ticketId)).toMatchObject({ stage: '', fired_rules: [], state: 'done' });
    expect(explainDecision(detail.decisions[0]!.triage)).toContain('Then: Waiting for the requester until');
  });

  it('leaves the ticket to an agent who takes it, and reminds nobody', async () => {
    const { ticketId, process } = await asked();
    stage.world.zendesk.agentAssigns(ticketId, agents.samWhitaker.id);
    await arrive(stage, process, ticketId);
    expect((await kept(ticketId)).ended).toBe('replaced');
    await later(ticketId, process.deps, 48);
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('sends no reminder that came due with the answer', async () => {
    const { ticketId, process } = await asked();
    stage.world.zendesk.customerReplies(ticketId, 'Here I am.');
    await timeGoesBy(stage, ticketId, 25 * HOUR_MS);
    await arrive(stage, process, ticketId, { until: (d) => d.outcome === 'answered' && sleeps(d) });
    expect(stage.world.replies(ticketId)).toHaveLength(2);
    const followUps = (await stage.world.detail(caseIdOf(ticketId))).stepDetails.filter((s) => s.effect.followUp);
    expect(followUps).toEqual([]);
  });

  it('is due by itself when its time is up', async () => {
    const short = await knowledgeWith(
      stage.world.knowledge,
      RULES.replace('48h', '1s').replace(/ {6}- (remind|escalate).*\n/g, ''),
      HEAD,
    );
    const company = stage.stranger();
    const ticketId = stage.world.zendesk.customerFiles({
      name: 'Kim Doe',
      email: 'kim.doe@gmail.com',
      subject: 'API access request',
      body: `We would like to get API access. ${company.name}`,
      fields: {},
    });
    const process = stage.world.process(null, { knowledge: async () => short });
    await tell(process, ticketId);
    const deadline = Date.now() + 30_000;
    while ((await stage.world.detail(caseIdOf(ticketId))).state !== 'held') {
      for (const caseId of await process.deps.ledger.dueCases(100)) await handleCase(process.deps, caseId);
      if (Date.now() > deadline) throw new Error('the case was never due');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(received(stage, ticketId, company).replies).toHaveLength(1);
  });

  for (const at of ['write-claimed', 'send-begun', 'answer-received', 'write-settled'] as Checkpoint[])
    it(`reminds once after a crash at ${at}, and once more for nobody`, async () => {
      const { ticketId } = await asked();
      const dying = worker({ at, nth: 1 });
      await timeGoesBy(stage, ticketId, 25 * HOUR_MS);
      expect(await dying.run(ticketId)).toBe('died');
      const heir = worker();
      await heir.deps.ledger.clearLeases();
      await untilRest(stage, heir, ticketId, { until: sleeps });
      expect(stage.world.replies(ticketId)).toHaveLength(2);
      expect(await kept(ticketId)).toMatchObject({ state: 'waiting', fired_rules: ['ask-company'] });
    });
});
