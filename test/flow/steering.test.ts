// Agents steer by internal notes: what is understood is done once and answered once, and nobody else is listened to.
import { expect, it } from 'vitest';
import { CHECKPOINTS } from '../../src/flow/checkpoints.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, tell, untilRest } from './journey.js';
import { type Company, newcomer, type Process } from './world.js';

const john = agents.johnKilfoil;
const sam = agents.samWhitaker;

oneDatabase((open) => {
  const stage = stageFor(open);
  let n = 800;

  /** Named by a free-mail address in the text alone: held until a person says who it is. */
  function claimedTicket(company: Company): string {
    const contact = { name: 'Pat Example', email: `pat.example${n++}@gmail.com` };
    const body = `Hello, we would like API access for ${company.name}.`;
    return stage.world.file({ ...company, contact }, { subject: `API access for ${company.name}`, body });
  }
  const answers = (ticketId: string, company: Company) =>
    received(stage, ticketId, company).notes.filter(
      (text) => !/^(This ticket (still )?needs a person|For John Kilfoil)/.test(text),
    );
  const says = (ticketId: string, text: string, agentId: number = john.id, isPublic = false) =>
    stage.world.zendesk.agentReplies(ticketId, text, { public: isPublic, agentId });
  /** Tells the bot of a note and waits until so many answers stand. */
  async function heard(process: Process, ticketId: string, company: Company, count: number) {
    await tell(process, ticketId);
    return untilRest(stage, process, ticketId, {
      until: (d) =>
        answers(ticketId, company).length >= count &&
        d.state !== 'new' &&
        d.stepDetails.every((s) => !['planned', 'claimed'].includes(s.state)),
    });
  }
  const approved = sampleCompanies.brightfield as Company;

  it('takes the word of an agent on who it is, and says whose word it was', async () => {
    const process = stage.world.process();
    const ticketId = claimedTicket(approved);
    expect((await arrive(stage, process, ticketId)).state).toBe('held');
    says(ticketId, `usher: this is ${approved.name}\n\nI called them.`);
    const detail = await heard(process, ticketId, approved, 1);
    expect(detail.state).toBe('done');
    expect(detail.decisions[0]!.triage.match).toMatchObject({ verdict: 'listed', tier: 0 });
    expect(detail.decisions[0]!.triage.decision.reason).toContain(`${john.name} said that this is`);
    expect(answers(ticketId, approved)).toHaveLength(1);
    expect(answers(ticketId, approved)[0]).toContain(`as ${john.name} said`);
    expect(received(stage, ticketId, approved).replies).toHaveLength(1);
    expect(detail.timeline.filter((t) => t.kind === 'steered')).toHaveLength(1);
  });

  it('does nothing on a name that no list has, names what is near, and says that a word was not understood', async () => {
    const process = stage.world.process();
    const ticketId = claimedTicket(approved);
    await arrive(stage, process, ticketId);
    says(ticketId, `Usher: this is ${approved.name.slice(0, -3)}x`);
    expect((await heard(process, ticketId, approved, 1)).state).toBe('held');
    says(ticketId, 'usher, please make coffee');
    expect((await heard(process, ticketId, approved, 2)).state).toBe('held');
    const [near, unknown] = answers(ticketId, approved);
    expect(near).toContain('No list has exactly one organization');
    expect(near).toContain(approved.name);
    expect(unknown).toContain('does not understand "please make coffee"');
    await tell(process, ticketId);
    await untilRest(stage, process, ticketId);
    expect(answers(ticketId, approved)).toHaveLength(2);
  });

  it('listens to nobody but agents whom the directory lets steer, in internal notes of their own', async () => {
    const { rulebook, ...rest } = stage.world.knowledge;
    const directory = { ...rulebook.directory, steering: ['api-integrations-lead'] };
    const knowledge = async () => ({ ...rest, rulebook: { ...rulebook, directory } });
    const process = stage.world.process(null, { knowledge });
    const company = newcomer(n++);
    const ticketId = claimedTicket(company);
    await arrive(stage, process, ticketId);
    stage.world.zendesk.customerReplies(ticketId, `usher: this is ${approved.name}`);
    says(ticketId, `> usher: stop\nWhat is this?`);
    says(ticketId, 'usher: stop', sam.id);
    const detail = await heard(process, ticketId, company, 1);
    expect(answers(ticketId, company)).toEqual([expect.stringContaining('may not steer Usher')]);
    expect(detail.state).toBe('held');
    expect(detail.timeline.filter((t) => t.kind === 'steered')).toHaveLength(1);
  });

  it('stops on a ticket, explains why, and goes on', async () => {
    const process = stage.world.process();
    const ticketId = claimedTicket(approved);
    await arrive(stage, process, ticketId);
    says(ticketId, 'usher: stop');
    expect((await heard(process, ticketId, approved, 1)).state).toBe('not-for-usher');
    says(ticketId, `usher: this is "${approved.name}"`);
    expect((await heard(process, ticketId, approved, 2)).state).toBe('not-for-usher');
    says(ticketId, 'usher: why?');
    expect((await heard(process, ticketId, approved, 3)).state).toBe('not-for-usher');
    expect(answers(ticketId, approved)[2]).toContain('told Usher to stop on this ticket');
    expect(received(stage, ticketId, approved).replies).toEqual([]);
    says(ticketId, 'usher: resume');
    expect((await heard(process, ticketId, approved, 4)).state).toBe('done');
    expect(received(stage, ticketId, approved).replies).toHaveLength(1);
    // A finished ticket is not sent to again; what is asked about it is still answered.
    says(ticketId, 'usher: retry');
    expect((await heard(process, ticketId, approved, 5)).state).toBe('done');
    expect(answers(ticketId, approved)[4]).toContain('This ticket is finished');
    expect(received(stage, ticketId, approved).replies).toHaveLength(1);
  });

  it('tries a refused step again', async () => {
    const process = stage.world.process();
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.slack.setChannel('everbright-sales', { is_archived: true });
    const held = await arrive(stage, process, ticketId, {
      until: (d) => d.state === 'held' && received(stage, ticketId, company).notes.length === 1,
    });
    expect(held.reason).toContain('is_archived');
    stage.world.slack.setChannel('everbright-sales', { is_archived: false });
    says(ticketId, 'usher: retry');
    const detail = await heard(process, ticketId, company, 1);
    expect(detail.state).toBe('done');
    expect(received(stage, ticketId, company)).toMatchObject({
      posts: [expect.anything()],
      mails: [expect.anything()],
    });
  });

  it('carries a command out once and answers it once, wherever the process dies', async () => {
    const points = CHECKPOINTS.filter((c) => c !== 'before-dot' && c !== 'sighted');
    for (const at of points) {
      const ticketId = claimedTicket(approved);
      await arrive(stage, stage.world.process(), ticketId);
      says(ticketId, `usher: this is ${approved.name}`);
      const dying = stage.world.process({ at, nth: 1 });
      await dying.run(ticketId, `dying-${at}`);
      await stage.world.process().deps.ledger.clearLeases();
      const detail = await heard(stage.world.process(), ticketId, approved, 1);
      expect(detail.state, at).toBe('done');
      expect(answers(ticketId, approved), at).toHaveLength(1);
      expect(received(stage, ticketId, approved).replies, at).toHaveLength(1);
      expect(
        detail.timeline.filter((t) => t.kind === 'steered'),
        at,
      ).toHaveLength(1);
    }
  }, 60_000);

  it('answers nothing where nothing may be written, then or later', async () => {
    const company = newcomer(n++);
    const ticketId = claimedTicket(company);
    const shadow: Partial<FlowDeps> = { hands: null, mode: 'shadow' };
    await arrive(stage, stage.world.process(null, shadow), ticketId);
    says(ticketId, 'usher: why');
    const detail = await arrive(stage, stage.world.process(null, shadow), ticketId);
    expect(detail.timeline.filter((t) => t.kind === 'steered')).toHaveLength(1);
    await arrive(stage, stage.world.process(), ticketId);
    expect(answers(ticketId, company)).toEqual([]);
    expect((await stage.world.detail(caseIdOf(ticketId))).state).toBe('held');
  });
});
