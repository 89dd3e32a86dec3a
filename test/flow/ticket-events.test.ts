// Events that wake the case of a ticket: each has its own decision and its own steps, however closely they follow each other.
import { beforeAll, expect, it } from 'vitest';
import type { FlowDeps, Knowledge } from '../../src/flow/deps.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, stageFor, untilRest } from './journey.js';
import { knowledgeWith } from './knowledge-with.js';

const RULES = `
  - id: first-came
    when: { case.event: first }
    then: [ { tag: first-came }, { note: forwarded } ]
  - id: file-came
    when: { case.event: file, event.fields.name: plan.dxf }
    then: [ { tag: file-came } ]
  - id: second-came
    when: { case.event: second }
    then: [ { tag: second-came } ]
  - id: seen
    when: { case.event: { exists: false } }
    then: [ { tag: seen } ]
`;

oneDatabase((open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  beforeAll(async () => {
    knowledge = await knowledgeWith(stage.world.knowledge, RULES);
  }, OPENING_MS);

  const worker = (more: Partial<FlowDeps> = {}) =>
    stage.world.process(null, { knowledge: async () => knowledge, ...more });
  const finished = async () => {
    const ticketId = stage.world.file(stage.stranger());
    const { state } = await arrive(stage, worker(), ticketId);
    expect(state).toBe('done');
    return ticketId;
  };
  const comes = ({ ledger }: FlowDeps, ticketId: string, event: string) =>
    ledger.wake(caseIdOf(ticketId), { key: `event:crm:${event}`, kind: 'event', event });
  const tags = (ticketId: string) => stage.world.zendesk.ticket(ticketId).tags.filter((t) => t.endsWith('-came'));

  it('are decided one after the other when several wait', async () => {
    const ticketId = await finished();
    const process = worker();
    await comes(process.deps, ticketId, 'first');
    await comes(process.deps, ticketId, 'second');
    await untilRest(stage, process, ticketId);
    expect(tags(ticketId).sort()).toEqual(['first-came', 'second-came']);
  });

  it('wait for the steps of the one before', async () => {
    const ticketId = await finished();
    let isSent = false;
    const process = worker({
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isSent) return;
        isSent = true;
        stage.world.zendesk.fault('429', { times: 1, match: 'PUT' });
        await comes(process.deps, ticketId, 'second');
      },
    });
    await comes(process.deps, ticketId, 'first');
    const { episode } = await untilRest(stage, process, ticketId);
    expect(tags(ticketId).sort()).toEqual(['first-came', 'second-came']);
    expect(episode).toBe(3);
  });

  it('say the same when the ticket changed before their first step', async () => {
    const ticketId = await finished();
    let isChanged = false;
    const process = worker({
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isChanged) return;
        isChanged = true;
        stage.world.zendesk.agentSets(ticketId, { addTags: ['important'] });
      },
    });
    const event = { source: 'crm', key: 'k1', name: 'file', fields: { name: 'plan.dxf' } };
    await process.deps.ledger.takeEvent(event, { caseId: caseIdOf(ticketId) });
    await untilRest(stage, process, ticketId);
    expect(tags(ticketId)).toEqual(['file-came']);
  });
});
