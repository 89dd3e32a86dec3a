// A ticket that needs a person says so itself: note, tag and group once, a reminder once, and the tag goes when Usher acts.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { NEEDS_PERSON_TAG } from '../../src/core/notices.js';
import type { Programme } from '../../src/core/rulebook.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { noteOnly } from '../../src/flow/note-only.js';
import { THEN } from '../../src/rulebook/grammar-rules.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, tell, untilRest } from './journey.js';
import { type Company, newcomer } from './world.js';

/** Named nowhere but in the text: nothing proves it, so a person is asked. */
const claimed = (company: Company) => ({
  body: `We would like API access for ${company.name}.`,
  subject: `API access for ${company.name}`,
});

oneDatabase((open) => {
  const stage = stageFor(open);
  let n = 700;

  /** A requester with a free mail address who names a company. */
  function heldTicket(): { company: Company; ticketId: string } {
    const company = newcomer(n++);
    const contact = { name: 'Pat Example', email: `pat.example${n}@gmail.com` };
    return { company, ticketId: stage.world.file({ ...company, contact }, claimed(company)) };
  }
  const notesOn = (ticketId: string, company: Company) => received(stage, ticketId, company).notes;
  const tagsOf = (ticketId: string) => stage.world.zendesk.ticket(ticketId).tags;
  const heldSince = (ticketId: string, interval: string) =>
    sql`update usher.cases set held_at = held_at - ${interval}::interval, wake_at = now() where id = ${caseIdOf(ticketId)}`.execute(
      stage.db.kysely<unknown>(),
    );
  /** The rules as shipped, with working hours around the clock and a group for what needs a person. */
  function knowing(change: Partial<Programme>): Pick<FlowDeps, 'knowledge'> {
    const { rulebook, lists, indexes } = stage.world.knowledge;
    const programmes = rulebook.programmes.map((p) => ({ ...p, hours: null, ...change }));
    const groups = { 'partner-support': { name: 'Partner Support', helpdesk: { sandbox: '99' } } };
    const directory = { ...rulebook.directory, groups };
    return { knowledge: async () => ({ rulebook: { ...rulebook, programmes, directory }, lists, indexes }) };
  }
  const tellsAndRests = {
    until: (d: { state: string; stepDetails: { state: string }[] }) =>
      d.state === 'held' && d.stepDetails.length > 0 && d.stepDetails.every((s) => s.state === 'done'),
  };

  it('leaves one note with the reason and what to do, and the tag, and nothing for the requester', async () => {
    const { company, ticketId } = heldTicket();
    const process = stage.world.process();
    const detail = await arrive(stage, process, ticketId, tellsAndRests);
    const [note, ...more] = notesOn(ticketId, company);
    expect(more).toEqual([]);
    expect(note).toContain(`This ticket needs a person: ${detail.reason}`);
    expect(note).toContain(`https://usher.example/cases/${detail.id}`);
    expect(note).toContain('Usher, the support bot');
    expect(tagsOf(ticketId)).toContain(NEEDS_PERSON_TAG);
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
    // Looked at again for the same reason, it says nothing new.
    await tell(process, ticketId);
    await untilRest(stage, process, ticketId);
    for (let visit = 0; visit < 3; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(notesOn(ticketId, company)).toHaveLength(1);
    expect((await stage.world.detail(detail.id)).timeline.filter((t) => t.kind === 'hold')).toHaveLength(1);
  });

  it('hands the ticket to the group of the programme, in the same update', async () => {
    const { ticketId } = heldTicket();
    const holds = { group: 'partner-support', remindAfterMs: 0 };
    await arrive(stage, stage.world.process(null, knowing({ holds })), ticketId, tellsAndRests);
    expect(stage.world.zendesk.ticket(ticketId).group_id).toBe(99);
    expect(tagsOf(ticketId)).toContain(NEEDS_PERSON_TAG);
  });

  it('reminds once when nobody came within the working time, and not at all when somebody took it', async () => {
    const [waiting, taken] = [heldTicket(), heldTicket()];
    const process = stage.world.process(null, knowing({ holds: { group: null, remindAfterMs: 4 * 3_600_000 } }));
    for (const { ticketId } of [waiting, taken]) await arrive(stage, process, ticketId, tellsAndRests);
    stage.world.zendesk.agentAssigns(taken.ticketId, agents.samWhitaker.id);
    for (const { ticketId } of [waiting, taken]) await heldSince(ticketId, '3 hours 50 minutes');
    await handleCase(process.deps, caseIdOf(waiting.ticketId));
    expect(notesOn(waiting.ticketId, waiting.company)).toHaveLength(1);
    for (const { ticketId, company } of [waiting, taken]) {
      await heldSince(ticketId, '20 minutes');
      await tell(process, ticketId);
      await untilRest(stage, process, ticketId, {
        until: (d) => d.state === 'not-for-usher' || notesOn(ticketId, company).length === 2,
      });
    }
    expect(notesOn(waiting.ticketId, waiting.company)[1]).toContain('still needs a person');
    expect(notesOn(taken.ticketId, taken.company)).toHaveLength(1);
    expect((await stage.world.detail(caseIdOf(taken.ticketId))).state).toBe('not-for-usher');
    await heldSince(waiting.ticketId, '3 days');
    await handleCase(process.deps, caseIdOf(waiting.ticketId));
    expect(notesOn(waiting.ticketId, waiting.company)).toHaveLength(2);
  });

  it('takes the tag away when the ticket can be handled after all', async () => {
    const { ticketId } = heldTicket();
    const process = stage.world.process();
    await arrive(stage, process, ticketId, tellsAndRests);
    expect(tagsOf(ticketId)).toContain(NEEDS_PERSON_TAG);
    // Somebody wrote down who it is: the requester moves to a known company's organization.
    const { rulebook, lists, indexes } = stage.world.knowledge;
    const first = {
      id: 'anybody',
      title: 'Now it is clear',
      on: 'message',
      when: null,
      whenUnknown: 'hold',
      outcome: 'passed-on',
      graceMs: 0,
      wait: null,
      stage: null,
      place: { file: 'x', line: 1 },
    } as const;
    const effects = [{ type: 'reply', template: 'initial-response' } as const];
    const programmes = rulebook.programmes.map((p) => ({
      ...p,
      rules: [{ ...first, [THEN]: [...effects] }, ...p.rules],
    }));
    const now = stage.world.process(null, {
      knowledge: async () => ({ rulebook: { ...rulebook, programmes }, lists, indexes }),
    });
    await now.deps.ledger.resumeCase(caseIdOf(ticketId), 'Robin');
    const detail = await untilRest(stage, now, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'passed-on' });
    expect(tagsOf(ticketId)).not.toContain(NEEDS_PERSON_TAG);
  });

  it('says on the ticket when a step failed for good', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.slack.fault('slack-error', { match: 'chat.postMessage', error: 'channel_not_found' });
    const process = stage.world.process();
    const detail = await arrive(stage, process, ticketId, {
      until: (d) => d.state === 'held' && d.stepDetails.some((s) => s.type === 'note' && s.state === 'done'),
    });
    stage.world.slack.clearFaults();
    expect(notesOn(ticketId, company)).toEqual([expect.stringContaining(detail.reason!)]);
    expect(received(stage, ticketId, company).replies).toEqual([]);
  });

  it('leaves a notice that was planned in live alone while the mode is propose', async () => {
    const { company, ticketId } = heldTicket();
    expect(await stage.world.process({ at: 'ticket-inspected', nth: 1 }).run(ticketId)).toBe('died');
    const { hands } = stage.world.process().deps;
    const errors: string[] = [];
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (_fields: object, message: string) => void errors.push(message),
    };
    const propose = stage.world.process(null, {
      mode: 'propose',
      hands: { helpdesk: noteOnly(hands!.helpdesk), chat: null, mail: null },
      log,
    });
    await propose.deps.ledger.clearLeases();
    for (let visit = 0; visit < 3; visit++) await handleCase(propose.deps, caseIdOf(ticketId));
    expect(errors).toEqual([]);
    expect(tagsOf(ticketId)).not.toContain(NEEDS_PERSON_TAG);
    expect(notesOn(ticketId, company)).toEqual([]);
    // Back in live it is told after all.
    await untilRest(stage, stage.world.process(), ticketId, tellsAndRests);
    expect(notesOn(ticketId, company)).toHaveLength(1);
  });
});
