// People act while Usher works: whoever took a ticket has it, nothing is said after a person's answer, nothing is opened again.
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, atOnce, received, type Stage, stageFor, summary, tell, untilRest } from './journey.js';
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

oneDatabase((open) => {
  const stage = stageFor(open);

  // The longer way with every act, the shorter one with the acts that differ there; the simulator plays all on both.
  for (const [what, companyOf, tried] of [
    ['a request to be declined', () => stage.stranger(), /./],
    ['a request to be passed on', () => sampleCompanies.halcyon, /^(answers|solves|deletes)/],
  ] as const)
    for (const [who, act] of Object.entries(acts).filter(([name]) => tried.test(name)))
      it(`steps back from ${what} whenever an agent ${who}`, { timeout: 120_000 }, async () => {
        await atOnce(await rehearse(stage, companyOf()), async ([at, nth]) => {
          const company = companyOf();
          const ticketId = stage.world.file(company);
          const log = () => stage.world.zendesk.world().filter((e) => e.ticketId === ticketId);
          const handOffs = () => {
            const { mails, posts } = received(stage, ticketId, company);
            return mails.length + posts.length;
          };
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
          if (then === 0) return;
          // What was under way when the person acted may still arrive, once; nothing is begun.
          expect(handOffs() - handOffsThen, hint).toBeLessThanOrEqual(1);
          await tell(process, ticketId);
          const later = await untilRest(stage, process, ticketId);
          const after = log().slice(then);
          expect(
            after.filter((e) => e.by === 'usher'),
            hint,
          ).toEqual([]);
          expect(handOffs() - handOffsThen, hint).toBeLessThanOrEqual(1);
          expect(stage.world.zendesk.ticket(ticketId).status, hint).toBe(status);
          // An update under way that the vendor refuses, as the ticket is gone, is shown to a person.
          const isGone = who.startsWith('deletes') || who.startsWith('merges');
          expect(isGone ? ['done', 'not-for-usher', 'held'] : ['done', 'not-for-usher'], hint).toContain(later.state);
          expect(later.reason, hint).toBeTruthy();
        });
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
      await atOnce(await rehearse(stage, companyOf()), async ([at, nth]) => {
        const company = companyOf();
        const ticketId = stage.world.file(company);
        let wroteAgain = false;
        const process = processWith(stage, at, nth, () => {
          wroteAgain = true;
          stage.world.zendesk.customerReplies(
            ticketId,
            'One more thing: our API access should cover sandbox data, too.',
          );
        });
        await arrive(stage, process, ticketId);
        if (!wroteAgain) return;
        await tell(process, ticketId);
        const detail = await untilRest(stage, process, ticketId);
        const hint = `${at} ${nth}: ${JSON.stringify(summary(detail))}`;
        expect(detail.decisions[0]?.triage.facts.message.body, hint).toContain('One more thing');
        expect(stage.world.replies(ticketId), hint).toHaveLength(1);
        expect(['done', 'held', 'not-for-usher'], hint).toContain(detail.state);
        const { mails } = received(stage, ticketId, company);
        expect(mails.filter((m) => !/follow|Re:/i.test(m)).length, hint).toBeLessThanOrEqual(1);
      });
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
});
