// The card of a ticket that needs a person: one a case, changed in place, and clicked on by the right people about what stands.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents } from '../../src/sandbox/sample-people.js';
import type { SlackMessage } from '../../src/sandbox/slack-types.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, stageFor, tell, untilRest } from './journey.js';
import { type Hearing, headingOf, hearSlack } from './slack-desk.js';
import type { Company, Process } from './world.js';

const CHANNEL = 'usher-operations';
const company = sampleCompanies.brightfield as Company;

oneDatabase((open) => {
  const stage = stageFor(open);
  let hearing: Hearing;
  let n = 0;

  /** The rules as shipped, with a channel for what needs a person. */
  function change(): Pick<FlowDeps, 'knowledge'> {
    const { rulebook, ...rest } = stage.world.knowledge;
    const programmes = rulebook.programmes.map((p) => ({ ...p, holds: { ...p.holds, channel: 'operations' } }));
    return { knowledge: async () => ({ ...rest, rulebook: { ...rulebook, programmes } }) };
  }
  const process = (death: { at: Checkpoint; nth: number } | null = null): Process =>
    stage.world.process(death, change());
  beforeAll(async () => {
    hearing = await hearSlack(stage, process().deps);
  });
  afterAll(() => hearing?.close());

  function heldTicket(subject = `API access for ${company.name}`): string {
    const contact = { name: 'Pat Example', email: `pat.card${n++}@gmail.com` };
    return stage.world.file(
      { ...company, contact },
      { subject, body: `We would like API access for ${company.name}.` },
    );
  }
  const cardsOf = (ticketId: string): SlackMessage[] =>
    stage.world.slack.posts(CHANNEL).filter((p) => JSON.stringify(p.blocks).includes(`Case ${caseIdOf(ticketId)}`));
  const held = (ticketId: string, by = process()) =>
    arrive(stage, by, ticketId, { until: (d) => d.state === 'held' && cardsOf(ticketId).length > 0 });
  const click = (ticketId: string, card = cardsOf(ticketId)[0]!, userId = 'U0MERCEDES') =>
    stage.world.slack.people.clicks(CHANNEL, card.ts, 'look-again:Look again', userId);
  const lastWhisper = () => JSON.stringify(stage.world.slack.state().whispers?.at(-1)?.blocks ?? '');

  it('is posted once and changed in place when the ticket can be handled after all', async () => {
    const ticketId = heldTicket();
    await held(ticketId);
    const [card] = cardsOf(ticketId);
    expect(headingOf(card!)).toBe('Needs a person');
    expect(JSON.stringify(card!.blocks)).toContain(`#${ticketId}: API access for`);
    stage.world.zendesk.agentReplies(ticketId, `usher: this is ${company.name}`, {
      public: false,
      agentId: agents.johnKilfoil.id,
    });
    await tell(process(), ticketId);
    await untilRest(stage, process(), ticketId, {
      until: (d) => d.state === 'done' && headingOf(cardsOf(ticketId)[0]!) === 'Done',
    });
    expect(cardsOf(ticketId)).toHaveLength(1);
    expect(JSON.stringify(cardsOf(ticketId)[0]!.blocks)).not.toContain('look-again');
  });

  it('that cannot be shown keeps nobody from the case, and is tried again', async () => {
    const ticketId = heldTicket();
    const { deps } = process();
    const logged: string[] = [];
    const broken: FlowDeps = {
      ...deps,
      log: { ...deps.log, error: (_fields, says) => void logged.push(says) },
      ledger: { ...deps.ledger, claimCard: () => Promise.reject(new Error('no room for cards')) },
    };
    const detail = await arrive(stage, { ...process(), deps: broken }, ticketId, { until: (d) => d.state === 'held' });
    expect(detail.state).toBe('held');
    expect(logged.join()).toContain('the cards of a case could not be shown');
    // Nobody has it, so that the next visit shows what is missing.
    await untilRest(stage, process(), ticketId, { until: () => cardsOf(ticketId).length === 1 });
  });

  it('lets people of the directory have it looked at again, once for what the card shows', async () => {
    const ticketId = heldTicket();
    await held(ticketId);
    const [shown] = cardsOf(ticketId);
    const caseId = caseIdOf(ticketId);
    const resumed = async () => (await stage.world.detail(caseId)).timeline.filter((t) => t.kind === 'resumed');
    for (const stranger of ['U0NOBODY00', 'U0FOREIGN0']) await click(ticketId, shown, stranger);
    await expect.poll(lastWhisper).toContain('who stand in rules/directory.yaml');
    expect(await resumed()).toEqual([]);
    await Promise.all(Array.from({ length: 5 }, () => click(ticketId, shown)));
    expect(await resumed()).toEqual([expect.objectContaining({ text: expect.stringContaining('Mercedes Davis') })]);
    await untilRest(stage, process(), ticketId);
    await handleCase(process().deps, caseId);
    // Decided anew: the button is another one, and the old one does nothing any more.
    const buttonOf = (card: SlackMessage) => JSON.stringify(card.blocks).match(/"value":"([^"]+)"/)?.[1];
    expect(buttonOf(cardsOf(ticketId)[0]!)).not.toBe(buttonOf(shown!));
    const before = stage.world.slack.state().channels.find((c) => c.name === CHANNEL)!;
    before.messages.find((m) => m.ts === shown!.ts)!.blocks = shown!.blocks;
    await click(ticketId, shown);
    await expect.poll(lastWhisper).toContain('out of date');
    expect(await resumed()).toHaveLength(1);
    await handleCase(process().deps, caseId);
    expect(buttonOf(cardsOf(ticketId)[0]!)).not.toBe(buttonOf(shown!));
    expect(cardsOf(ticketId)).toHaveLength(1);
  });

  it('is there once, wherever the process dies', async () => {
    for (const at of ['decision-committed', 'card-claimed', 'card-posted'] as Checkpoint[]) {
      const ticketId = heldTicket();
      const dying = process({ at, nth: 1 });
      await dying.run(ticketId, `dying-${at}`);
      await dying.deps.ledger.clearLeases();
      await held(ticketId);
      for (let visit = 0; visit < 4; visit++) await handleCase(process().deps, caseIdOf(ticketId));
      const cards = cardsOf(ticketId);
      expect(cards.map(headingOf), at).toEqual(['Needs a person']);
    }
  });

  it('is looked for when the answer was lost, and asked for again when the channel refused', async () => {
    const lost = heldTicket();
    stage.world.slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    await held(lost);
    await untilRest(stage, process(), lost, { until: () => cardsOf(lost).map(headingOf).join() === 'Needs a person' });
    const refused = heldTicket();
    stage.world.slack.setChannel(CHANNEL, { is_archived: true });
    const detail = await arrive(stage, process(), refused);
    expect(detail.state).toBe('held');
    expect(cardsOf(refused)).toEqual([]);
    stage.world.slack.setChannel(CHANNEL, { is_archived: false });
    await handleCase(process().deps, caseIdOf(refused));
    expect(cardsOf(refused)).toHaveLength(1);
  });

  it('shows what customers wrote as plain text, whatever it is', async () => {
    const evil = '<!channel> <@U0MERCEDES> <https://evil.example|Open ticket> *Why*\nNeeds a person';
    const ticketId = heldTicket(`API access ${evil}`);
    await held(ticketId);
    const [card] = cardsOf(ticketId);
    const texts = JSON.stringify(card!.blocks);
    expect(texts).not.toContain('mrkdwn');
    expect(texts).toContain('<!channel> <@U0MERCEDES> <https://evil.example|Open ticket> *Why* Needs a person');
    expect(card!.text).not.toContain('<!channel>');
    expect(card!.text).toContain('&lt;!channel&gt;');
  });

  it('answers why, match, pause and resume, and shows what waits', async () => {
    const ticketId = heldTicket();
    await held(ticketId);
    const { people } = stage.world.slack;
    const answer = async (text: string) => JSON.stringify((await people.types(text)).body);
    expect(await answer(`why #${ticketId}`)).toContain('Needs a person');
    expect(await answer('why 99999999')).toContain('knows no ticket');
    expect(await answer(`match ${company.name}`)).toContain(', listed');
    expect(await answer('pause nonsense')).toContain('no active programme');
    expect(await answer('pause everbright-api-access')).toContain('Nothing new is sent by everbright-api-access');
    expect(await process().deps.ledger.pauses()).toMatchObject([{ by: 'Mercedes Davis' }]);
    await people.opensHome();
    const home = () => JSON.stringify(stage.world.slack.state().homes?.U0MERCEDES ?? '');
    await expect.poll(home).toContain('Sending is stopped');
    expect(home()).toContain(`#${ticketId}: API access for`);
    expect(await answer('resume')).toContain('Sending goes on');
    expect(await process().deps.ledger.pauses()).toEqual([]);
    expect(await answer('')).toContain('/usher why TICKET');
    expect(JSON.stringify((await people.types('pause', 'U0NOBODY00')).body)).toContain('rules/directory.yaml');
    expect(await process().deps.ledger.pauses()).toEqual([]);
  });
});
