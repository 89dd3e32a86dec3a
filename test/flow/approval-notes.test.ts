// Approvals answered by internal notes, several at once, and reminders to whoever has not answered.
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { approvalDoor } from '../../src/app/approval-door.js';
import { answerApproval } from '../../src/flow/answer-approval.js';
import type { FlowDeps, Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { CaseDetail } from '../../src/ports.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { answering, linksIn, nobodyFiles, sleeps } from './approval-asked.js';
import { arrive, caseIdOf, stageFor, tell, untilRest } from './journey.js';
import { knowledgeWith } from './knowledge-with.js';
import { timeGoesBy } from './time-goes-by.js';

const HOUR_MS = 3_600_000;
const john = agents.johnKilfoil.id;
const sam = agents.samWhitaker.id;
const RULES = `
  - id: refused
    when: { any: [ { case.approvals.lead: refused }, { case.approvals.region: refused } ] }
    then: [ { hold: "Refused: {case.refused.region}; approved: {case.approved.region}" } ]
  - id: granted
    when: { any: [ { case.approvals.lead: approved }, { case.approvals.region: approved } ] }
    outcome: granted
    then: [ { reply: need-details } ]
  - id: ask-each
    when: { match.verdict: unidentified, ticket.tags: { contains: east } }
    then:
      - approve: { name: region, each: ticket.tags, by: [sales-development], template: follow-up, within: 48h }
      - remind: { after: 24h, email: { to: approvers, template: follow-up } }
  - id: ask-lead
    when: { match.verdict: unidentified, match.name: { exists: false } }
    then:
      - approve: { name: lead, by: [sales-development], template: follow-up, within: 48h }
      - escalate: { after: 24h, hold: "Nobody has answered for a day" }
`;

oneDatabase((open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  let deps: FlowDeps;
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES);
    const { people } = knowledge.rulebook.directory;
    // In this world the approver is an agent too: John's account on the help desk is hers.
    people['sales-development'] = { ...people['sales-development']!, helpdesk: { sandbox: String(john) } };
    delete people['api-integrations-lead'];
    const [programme] = knowledge.rulebook.programmes;
    const template = programme!.templates['follow-up.email.en']!;
    const body = template.engine.parse(
      '{% for item in approval.items %}{{ item.name }}: {{ item.link }}\n{% endfor %}',
    );
    programme!.templates['follow-up.email.en'] = { ...template, body };
    deps = process().deps;
  }, OPENING_MS);

  const process = (change: Partial<FlowDeps> = {}) =>
    stage.world.process(null, { knowledge: async () => knowledge, ...change });
  const parts = () => answering(deps);
  /** A ticket that waits for approvals, and the mails that were sent since. */
  async function asked(tags: string[] = []) {
    const { ticketId } = nobodyFiles(stage);
    if (tags.length > 0) stage.world.zendesk.agentSets(ticketId, { addTags: tags });
    const before = stage.world.smtp.mails().length;
    await arrive(stage, process(), ticketId, { until: sleeps });
    const mails = () => stage.world.smtp.mails().slice(before);
    return { ticketId, mails, links: () => linksIn(mails()) };
  }
  const says = (ticketId: string, text: string, agentId: number = john) =>
    stage.world.zendesk.agentReplies(ticketId, text, { public: false, agentId });
  const notes = (ticketId: string) =>
    stage.world.zendesk
      .world()
      .filter((e) => e.ticketId === ticketId && e.kind === 'internal-note' && e.by === 'usher')
      .map((e) => e.text);
  /** Tells the bot, and visits until so many answers stand. */
  async function heard(ticketId: string, count: number, until: (d: CaseDetail) => boolean = () => true) {
    await tell(process(), ticketId);
    const isWritten = (d: CaseDetail) => d.stepDetails.every((s) => !['planned', 'claimed'].includes(s.state));
    return untilRest(stage, process(), ticketId, {
      until: (d) => notes(ticketId).length >= count && isWritten(d) && until(d),
    });
  }
  const kinds = (d: CaseDetail, kind: string) => d.timeline.filter((t) => t.kind === kind).map((t) => t.text);

  it('takes a note of an approver, which changes the ticket and voids nothing, and keeps the hash of what was approved', async () => {
    const { ticketId, links } = await asked();
    says(ticketId, 'usher: approve');
    const detail = await heard(ticketId, 1, (d) => d.state === 'done');
    expect(detail).toMatchObject({ state: 'done', outcome: 'granted' });
    expect(notes(ticketId)).toEqual([expect.stringContaining('"lead" was approved by Mercedes Davis')]);
    expect(kinds(detail, 'settled')).toEqual(['Mercedes Davis approved lead (by internal note).']);
    const kept = await sql<{ verb: string; name: string }>`select verb, name from usher.commands
      where case_id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    expect(kept.rows).toEqual([{ verb: 'approve', name: links()[0]!.id }]);
    says(ticketId, 'usher: refuse');
    await heard(ticketId, 2);
    expect(notes(ticketId)[1]).toContain('That answer came first');
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('listens to nobody else, and to no note that is older than what it would approve', async () => {
    const { ticketId } = await asked();
    stage.world.zendesk.customerReplies(ticketId, 'usher: approve');
    await tell(process(), ticketId);
    await untilRest(stage, process(), ticketId, { until: sleeps });
    says(ticketId, 'usher: approve', sam);
    await heard(ticketId, 1, sleeps);
    says(ticketId, 'usher: approve something else');
    await heard(ticketId, 2, sleeps);
    await sql`update usher.approvals set asked_at = now() + interval '10 years'
      where case_id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    says(ticketId, 'usher: approve lead');
    await heard(ticketId, 3, sleeps);
    expect(notes(ticketId)).toEqual([
      expect.stringContaining('not, or no longer, among those who may answer "lead": Mercedes Davis'),
      expect.stringContaining('Open are: lead'),
      expect.stringContaining('not younger than "lead"'),
    ]);
    expect(stage.world.replies(ticketId)).toEqual([]);
  });

  it('takes nothing for a request that has changed, and asks anew', async () => {
    const { ticketId, links } = await asked();
    stage.world.zendesk.customerReplies(ticketId, 'One more thing: please hurry.');
    says(ticketId, 'usher: approve');
    const detail = await heard(ticketId, 1, (d) => sleeps(d) && links().length === 2);
    expect(notes(ticketId)).toEqual([expect.stringContaining('has changed since "lead" was shown')]);
    expect(kinds(detail, 'settled')).toEqual([]);
    says(ticketId, 'usher: refuse lead');
    expect(await heard(ticketId, 2, (d) => d.state === 'held')).toMatchObject({ rule: 'refused' });
  });

  it('counts once when its process dies between the answer and what is told of it', async () => {
    const { ticketId } = await asked();
    says(ticketId, 'usher: approve');
    await tell(process(), ticketId);
    let deaths = 0;
    const steer = async () => {
      deaths += 1;
      throw new Error('the process died');
    };
    const dying = process({ ledger: { ...deps.ledger, steer } });
    await untilRest(stage, dying, ticketId, { until: () => deaths > 0 });
    const detail = await heard(ticketId, 1, (d) => d.state === 'done');
    expect(notes(ticketId)).toEqual([expect.stringContaining('"lead" was approved by Mercedes Davis')]);
    expect([kinds(detail, 'settled').length, stage.world.replies(ticketId).length]).toEqual([1, 1]);
  });

  it('gives one effect and one line of audit for twenty answers at once by link, Slack and notes', async () => {
    const { ticketId, links } = await asked();
    const [link] = links();
    for (let n = 0; n < 6; n++) says(ticketId, n % 2 ? 'usher: refuse' : 'usher: approve');
    const door = approvalDoor(parts());
    const state = (n: number) => (n % 2 ? ('refused' as const) : ('approved' as const));
    await Promise.all([
      ...Array.from({ length: 7 }, (_, n) => door.answer(link!, state(n))),
      ...Array.from({ length: 7 }, (_, n) =>
        answerApproval(parts(), link!.id, { slack: 'U0MERCEDES' }, { state: state(n), via: 'Slack' }),
      ),
      handleCase(process().deps, caseIdOf(ticketId)),
      handleCase(process().deps, caseIdOf(ticketId)),
    ]);
    const detail = await heard(ticketId, 6, (d) => ['done', 'held'].includes(d.state));
    expect(kinds(detail, 'settled')).toHaveLength(1);
    expect(stage.world.replies(ticketId)).toHaveLength(detail.state === 'done' ? 1 : 0);
    expect(kinds(detail, 'steered')).toHaveLength(6);
  });

  it('asks for several things in one mail, reminds of what is open, and goes on once all are approved', async () => {
    const { ticketId, mails, links } = await asked(['east', 'west']);
    expect(mails().map((m) => [...m.text.matchAll(/^(\w+): http/gm)].map(([, name]) => name))).toEqual([
      ['east', 'west'],
    ]);
    const [east, west] = links();
    expect(east!.id).not.toBe(west!.id);
    says(ticketId, 'usher: approve');
    await heard(ticketId, 1, sleeps);
    expect(notes(ticketId)[0]).toContain('Open are: region: east; region: west');
    says(ticketId, 'usher: approve East');
    const partly = await heard(ticketId, 2, sleeps);
    expect(partly.decisions[0]!.triage.facts.case).toMatchObject({
      approvals: { region: 'open' },
      approved: { region: ['east'] },
      unanswered: { region: ['west'] },
    });
    await timeGoesBy(stage, ticketId, 25 * HOUR_MS);
    await untilRest(stage, process(), ticketId, { until: (d) => sleeps(d) && mails().length === 2 });
    expect(links().slice(2)).toEqual([west]);
    expect((await approvalDoor(parts()).answer(west!, 'approved'))?.counts).toBe(true);
    const detail = await untilRest(stage, process(), ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'granted' });
    expect(detail.decisions[0]!.triage.facts.case).toMatchObject({ approved: { region: ['east', 'west'] } });
    expect(kinds(detail, 'settled').sort()).toEqual([
      'Mercedes Davis approved region: east (by internal note).',
      'Mercedes Davis approved region: west (by e-mail).',
    ]);
    expect([mails().length, stage.world.replies(ticketId).length]).toEqual([2, 1]);
  });

  it('lets each be answered before one refusal counts', async () => {
    const { ticketId, links } = await asked(['east', 'west']);
    says(ticketId, 'usher: refuse region: west');
    await heard(ticketId, 1, sleeps);
    expect((await approvalDoor(parts()).answer(links()[0]!, 'approved'))?.counts).toBe(true);
    const detail = await untilRest(stage, process(), ticketId);
    expect(detail).toMatchObject({ state: 'held', reason: 'Refused: west; approved: east' });
    expect(stage.world.replies(ticketId)).toEqual([]);
  });

  it('escalates silence', async () => {
    const { ticketId } = await asked();
    await timeGoesBy(stage, ticketId, 25 * HOUR_MS);
    expect(await untilRest(stage, process(), ticketId)).toMatchObject({
      state: 'held',
      reason: 'Nobody has answered for a day',
    });
  });
});
