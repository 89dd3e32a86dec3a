// Approvals by e-mail link: bound to what was shown, answered once by those who may, and taken back when something changed.
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { approvalDoor } from '../../src/app/approval-door.js';
import { answerApproval } from '../../src/flow/answer-approval.js';
import type { FlowDeps, Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { fieldIds } from '../../src/sandbox/sample-people.js';
import { startTestConsole } from '../http/console-server.js';
import { eachDatabase, OPENING_MS } from '../storage/databases.js';
import { answering, linksIn, nobodyFiles, sleeps } from './approval-asked.js';
import { arrive, caseIdOf, stageFor, untilRest } from './journey.js';
import { knowledgeWith, leadRules } from './knowledge-with.js';

const SILENCE = `
  - id: silence
    when: { case.wait.over: true }
    then: [ { hold: "Nobody answered" } ]
`;
const RULES = leadRules('template: follow-up', SILENCE);

eachDatabase((_name, open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  let deps: FlowDeps;
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES);
    // A page that nobody opens asks nobody: the shipped mail gets a link.
    const [programme] = knowledge.rulebook.programmes;
    const template = programme!.templates['follow-up.email.en']!;
    const body = template.engine.parse(
      'Please decide: {{ approval.link }}\n{% for step in approval.consequence %}{{ step }}\n{% endfor %}',
    );
    programme!.templates['follow-up.email.en'] = { ...template, body };
    deps = stage.world.process(null, { knowledge: async () => knowledge }).deps;
  }, OPENING_MS);

  const process = () => stage.world.process(null, { knowledge: async () => knowledge });
  const parts = () => answering(deps);
  /** A ticket that waits for an approval, and the links that were mailed since. */
  async function asked() {
    const { ticketId, name } = nobodyFiles(stage);
    const before = stage.world.smtp.mails().length;
    await arrive(stage, process(), ticketId, { until: sleeps });
    const links = () => linksIn(stage.world.smtp.mails().slice(before));
    return { ticketId, name, links };
  }
  const lines = async (ticketId: string) => {
    const found = await sql<{ text: string }>`select text from usher.timeline where case_id = ${caseIdOf(ticketId)}
      and kind = 'settled'`.execute(stage.db.kysely<unknown>());
    return found.rows.map((r) => r.text);
  };

  it('mails a link, shows what would go out without changing anything, and acts on the button', async () => {
    const { ticketId, name, links } = await asked();
    expect(links()).toHaveLength(1);
    const [link] = links();
    const page = await startTestConsole({ approvals: approvalDoor(parts()) });
    try {
      const url = `${page.address}/approve/${link!.id}/${link!.n}/${link!.key}`;
      for (let n = 0; n < 3; n++) {
        const shown = await fetch(url).then((r) => r.text());
        expect(shown).toContain('If you approve');
        expect(shown).toContain(name);
        expect(shown).toContain('Reply to the customer');
      }
      await handleCase(deps, caseIdOf(ticketId));
      expect((await stage.world.detail(caseIdOf(ticketId))).state).toBe('waiting');
      const wrong = url.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      expect((await fetch(wrong)).status).toBe(404);
      const post = { method: 'POST', body: new URLSearchParams({ answer: 'approved' }) };
      expect((await fetch(url, { ...post, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
      expect((await fetch(url, { ...post, body: new URLSearchParams({ answer: 'maybe' }) })).status).toBe(400);
      expect(await fetch(url, post).then((r) => [r.status])).toEqual([200]);
      const detail = await untilRest(stage, process(), ticketId);
      expect(detail).toMatchObject({ state: 'done', outcome: 'granted' });
      expect(stage.world.replies(ticketId)).toHaveLength(1);
      expect(detail.decisions[0]!.triage.facts.case.approvedBy).toEqual({ lead: 'Mercedes Davis' });
      const again = await fetch(url, post);
      expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('the first one counts')]);
      expect(await lines(ticketId)).toEqual(['Mercedes Davis approved lead (by e-mail).']);
    } finally {
      await page.close();
    }
  });

  it('gives one effect and one line of audit for twenty answers at once', async () => {
    const { ticketId, links } = await asked();
    const door = approvalDoor(parts());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => door.answer(links()[0]!, n % 2 === 0 ? 'approved' : 'refused')),
    );
    expect(answers.filter((a) => a?.counts)).toHaveLength(1);
    const detail = await untilRest(stage, process(), ticketId);
    const isApproved = answers.find((a) => a?.counts)!.approval.state === 'approved';
    expect(detail.state).toBe(isApproved ? 'done' : 'held');
    expect(stage.world.replies(ticketId)).toHaveLength(isApproved ? 1 : 0);
    expect(await lines(ticketId)).toHaveLength(1);
  });

  it('counts no answer to a request that changed, and asks anew', async () => {
    const { ticketId, links } = await asked();
    const door = approvalDoor(parts());
    stage.world.zendesk.customerReplies(ticketId, 'One more thing: please hurry.');
    // Nobody has told Usher yet: the answer is taken, and found not to fit when the ticket is read.
    expect((await door.answer(links()[0]!, 'approved'))?.counts).toBe(true);
    await untilRest(stage, process(), ticketId, { until: (d) => sleeps(d) && links().length === 2 });
    expect(stage.world.replies(ticketId)).toHaveLength(0);
    const told = (await stage.world.detail(caseIdOf(ticketId))).timeline.filter((t) => t.kind === 'voided');
    expect(told).toHaveLength(1);
    expect((await door.show(links()[0]!))?.approval.state).toBe('closed');
    expect(await door.answer(links()[0]!, 'approved')).toMatchObject({ counts: false });
    expect((await door.answer(links()[1]!, 'approved'))?.counts).toBe(true);
    expect(await untilRest(stage, process(), ticketId)).toMatchObject({ state: 'done', outcome: 'granted' });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('asks anew when something changed after the answer, before its steps were done', async () => {
    const { ticketId, links } = await asked();
    const door = approvalDoor(parts());
    expect((await door.answer(links()[0]!, 'approved'))?.counts).toBe(true);
    let isHurried = false;
    const hurried = stage.world.process(null, {
      knowledge: async () => knowledge,
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isHurried) return;
        isHurried = true;
        stage.world.zendesk.customerReplies(ticketId, 'Something else: we are not who we said.');
      },
    });
    await untilRest(stage, hurried, ticketId, { until: (d) => sleeps(d) && links().length === 2 });
    expect(stage.world.replies(ticketId)).toHaveLength(0);
    expect((await door.show(links()[0]!))?.approval.state).toBe('closed');
    expect((await door.answer(links()[1]!, 'approved'))?.counts).toBe(true);
    expect(await untilRest(stage, process(), ticketId)).toMatchObject({ state: 'done', outcome: 'granted' });
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });

  it('counts an answer given in time also when it is looked at after the time is up', async () => {
    const { ticketId, links } = await asked();
    expect((await approvalDoor(parts()).answer(links()[0]!, 'approved'))?.counts).toBe(true);
    await sql`update usher.cases set wait = wait || '{"until":"2020-01-01T00:00:00.000Z"}'
      where id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    expect(await untilRest(stage, process(), ticketId)).toMatchObject({ state: 'done', outcome: 'granted' });
  });

  it('asks anew when an agent changed who is asking after the answer, before its first step', async () => {
    const { ticketId, links } = await asked();
    const door = approvalDoor(parts());
    expect((await door.answer(links()[0]!, 'approved'))?.counts).toBe(true);
    let isChanged = false;
    const changed = stage.world.process(null, {
      knowledge: async () => knowledge,
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isChanged) return;
        isChanged = true;
        stage.world.zendesk.agentSets(ticketId, { fields: { [fieldIds.Company]: 'Somebody Else Solar' } });
      },
    });
    const detail = await untilRest(stage, changed, ticketId, {
      until: (d) => d.state !== 'acting' && d.timeline.some((t) => t.kind === 'voided'),
    });
    expect(detail.state).not.toBe('done');
    expect(stage.world.replies(ticketId)).toHaveLength(0);
    expect((await door.show(links()[0]!))?.approval.state).toBe('closed');
  });

  it('takes no answer while something new waits to be looked at, nor after the time is up', async () => {
    const { ticketId, links } = await asked();
    const door = approvalDoor(parts());
    await deps.ledger.wake(caseIdOf(ticketId), { key: 'list:1', kind: 'list' });
    expect(await door.answer(links()[0]!, 'approved')).toMatchObject({
      counts: false,
      approval: { state: 'changing' },
    });
    await handleCase(deps, caseIdOf(ticketId));
    expect((await door.show(links()[0]!))?.approval.state).toBe('open');
    await sql`update usher.cases set wake_at = now(), wait = wait || '{"until":"2020-01-01T00:00:00.000Z"}'
      where id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    expect(await door.answer(links()[0]!, 'approved')).toMatchObject({ counts: false, approval: { state: 'closed' } });
    expect(await untilRest(stage, process(), ticketId)).toMatchObject({ state: 'held', reason: 'Nobody answered' });
  });

  it('asks whoever has the role at that moment, by mail or Slack', async () => {
    const { links } = await asked();
    const { id } = links()[0]!;
    const { directory } = knowledge.rulebook;
    const mercedes = directory.people['sales-development']!;
    const yes = { state: 'approved' as const, via: 'Slack' };
    const gone = {
      ...directory,
      people: { ...directory.people, 'sales-development': { ...mercedes, email: 'new@example.com' } },
    };
    const left = { ...parts(), directory: async () => gone };
    expect(await answerApproval(left, id, { address: mercedes.email! }, yes)).toEqual({ kind: 'no-right' });
    expect(await answerApproval(parts(), id, { address: 'stranger@example.com' }, yes)).toEqual({ kind: 'no-right' });
    expect(await answerApproval(parts(), id, { slack: 'UNOBODY' }, yes)).toEqual({ kind: 'no-right' });
    expect(await answerApproval(parts(), '0'.repeat(32), { address: mercedes.email! }, yes)).toEqual({
      kind: 'unknown',
    });
    expect(await answerApproval(parts(), id, { address: mercedes.email!.toUpperCase() }, yes)).toMatchObject({
      counts: true,
    });
  });
});
