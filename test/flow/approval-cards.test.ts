// The card of an approval: what would go out word for word, answered by the first of those who may, and told to everybody in place.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { SlackMessage } from '../../src/sandbox/slack-types.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { nobodyFiles } from './approval-asked.js';
import { arrive, caseIdOf, stageFor, untilRest } from './journey.js';
import { knowledgeWith, leadRules } from './knowledge-with.js';
import { type Hearing, headingOf, hearSlack } from './slack-desk.js';

const CHANNEL = 'usher-operations';
const MERCEDES = 'U0MERCEDES';
const JOHN = 'U0KILFOIL0';
const RULES = leadRules('template: follow-up');

oneDatabase((open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  let hearing: Hearing;
  const process = () => stage.world.process(null, { knowledge: async () => knowledge });
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES);
    hearing = await hearSlack(stage, process().deps);
  }, OPENING_MS);
  afterAll(() => hearing?.close());

  const cardsOf = (ticketId: string): SlackMessage[] =>
    stage.world.slack.posts(CHANNEL).filter((p) => JSON.stringify(p.blocks).includes(`#${ticketId}: `));
  async function asked(): Promise<{ ticketId: string; card: SlackMessage }> {
    const { ticketId } = nobodyFiles(stage, 'API access <!channel>');
    await arrive(stage, process(), ticketId, { until: (d) => d.state === 'waiting' && cardsOf(ticketId).length > 0 });
    return { ticketId, card: cardsOf(ticketId)[0]! };
  }
  const click = ({ card }: { card: SlackMessage }, action: string, userId: string) =>
    stage.world.slack.people.clicks(CHANNEL, card.ts, action, userId);
  const whispers = () => JSON.stringify(stage.world.slack.state().whispers ?? []);

  it('shows what would go out, and twenty clicks at once give one answer that everybody sees', async () => {
    const shown = await asked();
    const text = JSON.stringify(shown.card.blocks);
    expect(headingOf(shown.card)).toBe('Approval asked');
    expect(text).toContain('Word for word: reply \\"need-details\\"');
    expect(text).toContain('Mercedes Davis');
    expect(text).not.toContain('mrkdwn');
    await click(shown, 'approve:Approve', JOHN);
    await expect.poll(whispers).toContain('among those who may answer');
    expect(stage.world.replies(shown.ticketId)).toEqual([]);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => click(shown, i % 2 ? 'refuse:Refuse' : 'approve:Approve', MERCEDES)),
    );
    const detail = await untilRest(stage, process(), shown.ticketId, {
      until: (d) => ['done', 'held'].includes(d.state) && d.stepDetails.every((s) => s.state !== 'claimed'),
    });
    expect(detail.timeline.filter((t) => t.kind === 'settled')).toHaveLength(1);
    await handleCase(process().deps, caseIdOf(shown.ticketId));
    const [card] = cardsOf(shown.ticketId);
    expect(headingOf(card!)).toBe(detail.state === 'done' ? 'Approved' : 'Refused');
    expect(JSON.stringify(card!.blocks)).toContain('Answered\\nMercedes Davis');
    expect(JSON.stringify(card!.blocks)).not.toContain('refuse:Refuse');
    expect(stage.world.replies(shown.ticketId)).toHaveLength(detail.state === 'done' ? 1 : 0);
  });
});
