// A thread a case: its first card in a channel is the head, later cards and what came of it answer to it, each once.
import { beforeAll, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents } from '../../src/sandbox/sample-people.js';
import type { SlackMessage } from '../../src/sandbox/slack-types.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { nobodyFiles } from './approval-asked.js';
import { arrive, caseIdOf, stageFor, tell, untilRest } from './journey.js';
import { knowledgeWith, leadRules } from './knowledge-with.js';
import { headingOf } from './slack-desk.js';
import type { Company, Process } from './world.js';

const ROOM = 'usher-operations';
const company = sampleCompanies.brightfield as Company;
const RULES = leadRules('via: [slack]');

oneDatabase((open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  let n = 0;
  const process = (death: { at: Checkpoint; nth: number } | null = null): Process =>
    stage.world.process(death, { knowledge: async () => knowledge });
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES);
  }, OPENING_MS);

  /** The head with what answers to it, as headings or lines; all posts about a case must be in one thread. */
  function threadOf(ticketId: string): { head: SlackMessage; told: string[] } {
    const posts = stage.world.slack.posts(ROOM).filter((p) => p.text.includes(`#${ticketId}`) || isUnder(p, ticketId));
    const heads = posts.filter((p) => p.thread_ts === null);
    expect(heads.map((p) => p.text)).toHaveLength(1);
    expect(posts.filter((p) => p.thread_ts !== null).every((p) => p.thread_ts === heads[0]!.ts)).toBe(true);
    return { head: heads[0]!, told: posts.filter((p) => p.thread_ts !== null).map((p) => p.text) };
  }
  function isUnder({ thread_ts: ts }: SlackMessage, ticketId: string): boolean {
    return stage.world.slack.posts(ROOM).some((p) => p.ts === ts && p.text.includes(`#${ticketId}`));
  }
  function heldTicket(): string {
    const contact = { name: 'Pat Example', email: `pat.thread${n++}@gmail.com` };
    const subject = `API access for ${company.name}`;
    return stage.world.file({ ...company, contact }, { subject, body: `We would like ${subject}.` });
  }
  /** An agent says who it is: the case is done. */
  async function settled(ticketId: string, by = process()): Promise<void> {
    stage.world.zendesk.agentReplies(ticketId, `usher: this is ${company.name}`, {
      public: false,
      agentId: agents.johnKilfoil.id,
    });
    await tell(by, ticketId);
  }
  const done = (ticketId: string) => untilRest(stage, process(), ticketId, { until: (d) => d.state === 'done' });

  it('says once what became of a ticket, and changes the head in place', async () => {
    const ticketId = heldTicket();
    await arrive(stage, process(), ticketId);
    expect(threadOf(ticketId).told).toEqual([]);
    await settled(ticketId);
    const { outcome } = await done(ticketId);
    for (let visit = 0; visit < 3; visit++) await handleCase(process().deps, caseIdOf(ticketId));
    const { head, told } = threadOf(ticketId);
    expect(headingOf(head)).toBe('Done');
    expect(told).toEqual([expect.stringContaining(`#${ticketId} is done: ${outcome} (rule `)]);
  });

  it('says it once wherever the process dies, also when the answer is lost', async () => {
    for (const at of ['card-claimed', 'card-posted'] as Checkpoint[]) {
      const ticketId = heldTicket();
      await arrive(stage, process(), ticketId);
      await settled(ticketId);
      const dying = process({ at, nth: 1 });
      expect(await dying.run(ticketId, `dying-line-${at}`)).toBe('died');
      await dying.deps.ledger.clearLeases();
      await untilRest(stage, process(), ticketId, {
        until: (d) => d.state === 'done' && threadOf(ticketId).told.length > 0,
      });
      for (let visit = 0; visit < 3; visit++) await handleCase(process().deps, caseIdOf(ticketId));
      expect(threadOf(ticketId).told, at).toHaveLength(1);
    }
    const lost = heldTicket();
    await arrive(stage, process(), lost);
    let isLost = false;
    stage.world.slack.fault('applied-then-reset', {
      match: ({ path }) => {
        isLost ||= path.includes('chat.postMessage');
        return isLost;
      },
    });
    await settled(lost);
    await done(lost);
    for (let visit = 0; visit < 3; visit++) await handleCase(process().deps, caseIdOf(lost));
    expect([isLost, threadOf(lost).told.length]).toEqual([true, 1]);
  });

  it('has later approvals and holds, also of a later episode, as answers with cards of their own', async () => {
    const { ticketId } = nobodyFiles(stage);
    const caseId = caseIdOf(ticketId);
    const asked = async (): Promise<string> => {
      await arrive(stage, process(), ticketId, { until: (d) => d.state === 'waiting' });
      await handleCase(process().deps, caseId);
      const cards = stage.world.slack
        .posts(ROOM)
        .filter((p) => p.text.startsWith(`Approval asked: ticket #${ticketId}`));
      return /"value":"([0-9a-f]{32})"/.exec(JSON.stringify(cards.at(-1)!.blocks))![1]!;
    };
    const answer = async (id: string, state: 'approved' | 'refused', end: string) => {
      await process().deps.ledger.answerApproval(id, { state, by: 'Mercedes Davis', via: 'Slack' });
      await untilRest(stage, process(), ticketId, { until: (d) => d.state === end });
      await handleCase(process().deps, caseId);
    };
    await answer(await asked(), 'approved', 'done');
    expect(headingOf(threadOf(ticketId).head)).toBe('Approved');
    stage.world.zendesk.customerReplies(ticketId, 'We would like to get API access for another tool.');
    await answer(await asked(), 'refused', 'held');
    expect(threadOf(ticketId).told).toEqual([
      'lead: approved by Mercedes Davis',
      `#${ticketId} is done: granted (rule granted)`,
      expect.stringContaining(`Refused: ticket #${ticketId}`),
      expect.stringContaining(`Needs a person: ticket #${ticketId}`),
      'lead: refused by Mercedes Davis',
    ]);
  });
});
