// The staged programme through the whole flow: tags, answers, an approval by link and a date move a case on, and each message goes out once.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { sampleSheetsOf } from '../../src/app/sample-sheets.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import { answerApproval } from '../../src/flow/answer-approval.js';
import type { Knowledge } from '../../src/flow/deps.js';
import type { CaseDetail } from '../../src/ports.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { writeSheet } from '../../src/sandbox/write-sheet.js';
import { read } from '../lists/workbooks.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { answering } from './approval-asked.js';
import { arrive, caseIdOf, stageFor } from './journey.js';

const PROGRAMMES = ['energy-smart-pro-api'];

/** The programme with the list of its samples. */
async function staged(): Promise<Knowledge> {
  const { rulebook } = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: PROGRAMMES });
  const folder = await mkdtemp(join(tmpdir(), 'usher-stages-'));
  const settings = { RULES_DIR: 'rules', TEMPLATES_DIR: 'templates', PROGRAMMES, DATA_DIR: folder };
  const [sheet] = await sampleSheetsOf(settings);
  await writeSheet(sheet!);
  const mapping = rulebook!.programmes[0]!.lists[0]!;
  const { listings, lint } = await read(await readFile(sheet!.path), mapping);
  await rm(folder, { recursive: true });
  const { name, title, file, sheet: page } = mapping;
  const snapshot = {
    list: name,
    title,
    hash: 'sample',
    file,
    sheet: page,
    loadedAt: '2026-01-01T00:00:00Z',
    listings,
    lint,
  };
  const lists = [{ name, title, snapshot, problem: null, gone: [] }];
  return { rulebook: rulebook!, lists, indexes: buildMatchIndexes(lists, rulebook!) };
}

oneDatabase((open) => {
  const stage = stageFor(open);
  let knowledge: Knowledge;
  beforeAll(async () => {
    knowledge = await staged();
  }, OPENING_MS);

  const brokerFiles = () =>
    stage.world.zendesk.customerFiles({
      name: 'Iris Boland',
      email: 'iris@northwind-brokers.example',
      subject: 'API access',
      body: 'We would like API access.\nOffers: pricing',
      fields: {},
    });

  it('goes from the request to the go-live', { timeout: 120_000 }, async () => {
    const { world } = stage;
    const process = world.process(null, { knowledge: async () => knowledge });
    const isQuiet = (d: CaseDetail) => d.stepDetails.every((s) => s.state === 'done');
    const by = (rule: string) => (d: CaseDetail) => d.rule === rule && d.state === 'waiting' && isQuiet(d);
    const ticketId = brokerFiles();
    const next = (rule: string) => arrive(stage, process, ticketId, { until: by(rule) });
    const tag = (name: string) => world.zendesk.agentSets(ticketId, { addTags: [name] });
    await next('requested');
    tag('test-access-sent');
    await next('test-access');
    world.zendesk.customerReplies(ticketId, 'We have received them.');
    await next('testing');
    world.zendesk.customerReplies(ticketId, 'Which header carries the JWT?');
    await next('message');
    world.zendesk.customerReplies(ticketId, 'Testing is done.');
    await next('it-approval');
    const mailed = world.smtp.mails().findLast((m) => m.subject.startsWith('Please approve'))!;
    const [, id] = /\/approve\/([0-9a-f]+)\//.exec(mailed.text)!;
    const who = { address: 'it@energysmartpro.example' };
    expect(await answerApproval(answering(process.deps), id!, who, { state: 'approved', via: 'e-mail' })).toMatchObject(
      {
        counts: true,
      },
    );
    await next('it-approved');
    tag('live-access-sent');
    await next('live-access');
    world.zendesk.customerReplies(ticketId, 'Go-live date: 2020-01-06');
    await next('go-live-asked');
    tag('go-live-agreed');
    const detail = await arrive(stage, process, ticketId, { until: (d) => d.state === 'done' && d.rule === 'live' });
    expect(detail).toMatchObject({ outcome: 'live', stage: 'live' });
    expect((await process.deps.reader.fetchTicket(ticketId))?.status).toBe('solved');
    const said = ['passed it on', 'Test environment is set up', 'testing stage', 'message', 'asked to approve'].concat([
      'has approved',
      'Live environment is set up',
      'has been asked to agree',
      'is agreed: 2020-01-06',
      'Today is your go-live day',
    ]);
    expect(world.replies(ticketId)).toEqual(said.map((text) => expect.stringContaining(text)));
    const mails = world.smtp.mails().filter((m) => m.subject.includes('Northwind'));
    expect(mails.map((m) => m.envelope.to.join())).toEqual([
      'dana.reyes@energysmartpro.example',
      'dana.reyes@energysmartpro.example',
      'it@energysmartpro.example',
      ...Array(3).fill('dana.reyes@energysmartpro.example'),
    ]);
    expect(caseIdOf(ticketId)).toBe(detail.id);
  });

  it('passes a message on although the ticket changes at that moment, and goes on beside an agent who answers', async () => {
    const { world } = stage;
    const process = world.process(null, { knowledge: async () => knowledge });
    const by = (rule: string) => (d: CaseDetail) =>
      d.rule === rule && d.state === 'waiting' && d.stepDetails.every((s) => ['done', 'dropped'].includes(s.state));
    const ticketId = brokerFiles();
    await arrive(stage, process, ticketId, { until: by('requested') });
    let isTouched = false;
    const touched = world.process(null, {
      knowledge: async () => knowledge,
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isTouched) return;
        isTouched = true;
        world.zendesk.agentSets(ticketId, { addTags: ['vip'] });
      },
    });
    const before = world.smtp.mails().length;
    world.zendesk.customerReplies(ticketId, 'Which format do the rates have?');
    await arrive(stage, touched, ticketId, { until: by('message') });
    const passedOn = world.smtp.mails().slice(before);
    expect(passedOn.map((m) => m.text)).toEqual([expect.stringContaining('Which format do the rates have?')]);
    world.zendesk.agentReplies(ticketId, 'They are JSON.');
    world.zendesk.agentSets(ticketId, { addTags: ['test-access-sent'] });
    const detail = await arrive(stage, process, ticketId, { until: by('test-access') });
    expect(detail.stage).toBe('test-access');
  });
});
