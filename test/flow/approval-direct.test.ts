// Approvers asked in Slack: a direct message each, once whatever dies, changed in place; their own page lists what waits for them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { SlackMessage } from '../../src/sandbox/slack-types.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { nobodyFiles } from './approval-asked.js';
import { arrive, caseIdOf, stageFor, untilRest } from './journey.js';
import { knowledgeWith, leadRules } from './knowledge-with.js';
import { type Hearing, headingOf, hearSlack } from './slack-desk.js';
import type { Process } from './world.js';

const MERCEDES = 'U0MERCEDES';
const DIRECT = 'D0MERCEDES';
const ROOM = 'everbright-sales';

oneDatabase((open) => {
  const stage = stageFor(open);
  let both: Knowledge;
  let alone: Knowledge;
  let hearing: Hearing;
  const process = (knowledge = both, death: { at: Checkpoint; nth: number } | null = null): Process =>
    stage.world.process(death, { knowledge: async () => knowledge });
  beforeAll(async () => {
    both = await knowledgeWith(stage.world.knowledge, leadRules('template: follow-up, channel: everbright-sales'));
    alone = await knowledgeWith(stage.world.knowledge, leadRules('via: [slack]'));
    hearing = await hearSlack(stage, process().deps);
  }, OPENING_MS);
  afterAll(() => hearing?.close());

  const postsAbout = (ticketId: string, channel: string): SlackMessage[] =>
    (stage.world.slack.state().channels.find((c) => c.id === channel || c.name === channel)?.messages ?? []).filter(
      (p) => JSON.stringify(p.blocks).includes(`#${ticketId}: `),
    );
  const home = () => JSON.stringify(stage.world.slack.state().homes?.[MERCEDES] ?? '');
  const ticket = () => nobodyFiles(stage, 'API access <!channel>').ticketId;
  const asked = (ticketId: string, by: Process) =>
    arrive(stage, by, ticketId, {
      until: (d) =>
        d.state === 'waiting' && postsAbout(ticketId, DIRECT).some((p) => headingOf(p) === 'Approval asked'),
    });
  const ended = (ticketId: string, by: Process) =>
    untilRest(stage, by, ticketId, {
      until: (d) => d.state === 'done' && d.stepDetails.every((s) => s.state === 'done'),
    });

  it('has the card in the room and as a direct message, and the answer stands on both', async () => {
    const id = ticket();
    const mails = stage.world.smtp.mails().length;
    await asked(id, process());
    const [card] = postsAbout(id, DIRECT);
    expect(JSON.stringify(card!.blocks)).not.toContain('mrkdwn');
    expect(postsAbout(id, ROOM).map(headingOf)).toEqual(['Approval asked']);
    expect(stage.world.smtp.mails()).toHaveLength(mails + 1);
    await stage.world.slack.people.clicks(DIRECT, card!.ts, 'approve:Approve');
    const detail = await ended(id, process());
    await handleCase(process().deps, caseIdOf(id));
    expect(detail.outcome).toBe('granted');
    for (const place of [DIRECT, ROOM]) {
      const cards = postsAbout(id, place);
      expect(cards.map(headingOf), place).toEqual(['Approved']);
      expect(JSON.stringify(cards[0]!.blocks), place).toContain('Answered\\nMercedes Davis');
    }
    // Whoever reads the room is told in the card's thread; a direct message is told by itself.
    const told = stage.world.slack.posts(ROOM).filter((p) => p.thread_ts === postsAbout(id, ROOM)[0]!.ts);
    expect(told.map((p) => p.text)).toEqual([
      'lead: approved by Mercedes Davis',
      `#${id} is done: granted (rule granted)`,
    ]);
    expect(stage.world.slack.posts(DIRECT).filter((p) => p.thread_ts !== null)).toEqual([]);
  });

  it('asks in Slack alone without any mail, and lists on the own page what waits until it is answered there', async () => {
    const id = ticket();
    const mails = stage.world.smtp.mails().length;
    await asked(id, process(alone));
    expect(stage.world.smtp.mails()).toHaveLength(mails);
    const { people } = stage.world.slack;
    await people.opensHome();
    await expect.poll(home).toContain(`#${id}: API access`);
    expect(home()).toContain('Asked by Kim Doe');
    expect(home()).toContain('Once approved: reply \\"need-details\\"');
    expect(home()).toMatch(/Until \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    const value = /"approve:Approve".*?"value":"([0-9a-f]{32})"/.exec(home())![1]!;
    await people.opensHome('U0KILFOIL0');
    const other = () => JSON.stringify(stage.world.slack.state().homes?.U0KILFOIL0 ?? '');
    await expect.poll(other).toContain('waits for you');
    expect(other()).not.toContain(value);
    await people.clicksHome({ actionId: 'approve:Approve', value });
    await expect.poll(home).toContain('You approved it');
    expect(home()).toContain('Nothing waits for you');
    expect((await ended(id, process(alone))).outcome).toBe('granted');
    await handleCase(process(alone).deps, caseIdOf(id));
    expect(postsAbout(id, DIRECT).map(headingOf)).toEqual(['Approved']);
  });

  it('is answered by Socket Mode as well, where commands and the own page come that way too', async () => {
    const id = ticket();
    await asked(id, process(alone));
    const { slack } = stage.world;
    const socket = await hearSlack(stage, process().deps, 'socket');
    await slack.people.opensHome();
    await expect.poll(home).toContain(`#${id}: API access`);
    expect(JSON.stringify((await slack.people.types(`why ${id}`)).body)).toContain('ask-lead');
    await slack.people.clicks(DIRECT, postsAbout(id, DIRECT)[0]!.ts, 'approve:Approve');
    expect((await ended(id, process(alone))).outcome).toBe('granted');
    await socket.close();
    await expect.poll(() => slack.link.count).toBe(0);
  });

  it('is there once, wherever the process dies', async () => {
    for (const at of ['decision-committed', 'card-claimed', 'card-posted'] as Checkpoint[]) {
      const id = ticket();
      const dying = process(alone, { at, nth: 1 });
      expect(await dying.run(id, `dying-direct-${at}`)).toBe('died');
      await dying.deps.ledger.clearLeases();
      await asked(id, process(alone));
      for (let visit = 0; visit < 3; visit++) await handleCase(process(alone).deps, caseIdOf(id));
      expect(postsAbout(id, DIRECT).map(headingOf), at).toEqual(['Approval asked']);
    }
  });

  it('holds the case when nobody can be asked that way', async () => {
    const id = ticket();
    const mute = process(alone);
    mute.deps.hands = { ...mute.deps.hands!, chat: null };
    const detail = await arrive(stage, mute, id);
    expect(detail.state).toBe('held');
    expect(detail.reason).toContain('Slack is not set up');
  });

  it('leaves it at the mail when Slack refuses direct messages', async () => {
    const id = ticket();
    const { slack, smtp } = stage.world;
    const mails = smtp.mails().length;
    slack.fault('slack-error', { match: 'conversations.open', error: 'missing_scope' });
    await arrive(stage, process(), id, { until: (d) => d.state === 'waiting' && postsAbout(id, ROOM).length > 0 });
    slack.clearFaults();
    for (let visit = 0; visit < 2; visit++) await handleCase(process().deps, caseIdOf(id));
    expect(postsAbout(id, DIRECT)).toEqual([]);
    expect(smtp.mails()).toHaveLength(mails + 1);
  });
});
