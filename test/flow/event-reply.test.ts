// Mails to those whom events are about: one an event, at most three a day to one address, never twice when an answer is lost.
import { expect, it } from 'vitest';
import { oneDatabase } from '../storage/databases.js';
import { caseOf, eventsFor } from './event-world.js';

oneDatabase((open) => {
  const events = eventsFor(open, (rulebook) => ({
    ...rulebook,
    programmes: rulebook.programmes.map((p) => ({ ...p, eventReply: 'mail' as const })),
  }));

  let n = 0;
  async function lead(address: string): Promise<string> {
    n += 1;
    const data = { action: 'solar_pv', street: `${n} Quarry Lane`, reply_email: address };
    return caseOf(await events.send({ event: 'RequestQuote:Create', data }));
  }
  const mailsTo = (address: string) =>
    events.world.smtp.mails().filter((m) => m.envelope.to.some((to) => to === address));

  it('writes once, after sales were told, whatever comes again', async () => {
    const before = events.world.smtp.mails().length;
    const caseId = await lead('jo@mail.example');
    await events.work(caseId);
    await events.work(caseId);
    const mails = events.world.smtp.mails().slice(before);
    expect(mails.map((m) => m.envelope.to)).toEqual([['leads@ecologic-sales.example'], ['jo@mail.example']]);
    expect(mails[1]!.subject).toBe('Your request for a quote');
    expect(await events.world.detail(caseId)).toMatchObject({ state: 'done', outcome: 'lead-passed-to-sales' });
  });

  it('writes to one address three times a day at most, however it is spelt', async () => {
    const ids: string[] = [];
    for (const address of ['kim@mail.example', 'Kim@mail.example', 'KIM@mail.example', 'kim@Mail.example'])
      ids.push(await lead(address));
    events.deps.caps = { ...events.deps.caps, repliesPerRequesterDay: 3 };
    for (const id of ids) await events.work(id);
    const sent = events.world.smtp
      .mails()
      .filter((m) => m.envelope.to.some((to) => to.toLowerCase() === 'kim@mail.example'));
    expect(sent).toHaveLength(3);
    const last = await events.world.detail(ids[3]!);
    expect(last).toMatchObject({ state: 'held', reason: expect.stringContaining('3 messages within a day') });
  });

  it('asks a person when nobody knows whether the mail left', async () => {
    const caseId = await lead('lou@mail.example');
    // Of the mails of this case the first is for sales.
    expect(await events.work(caseId, { at: 'before-dot', nth: 2 })).toBe('died');
    await events.leftAlone(caseId);
    await events.work(caseId);
    expect(mailsTo('lou@mail.example').length).toBeLessThanOrEqual(1);
    const { state, stepDetails } = await events.world.detail(caseId);
    const step = stepDetails.findLast((s) => s.effect.type === 'email' && s.effect.template === 'homeowner');
    expect([state, step?.state]).toEqual(['held', 'unsure']);
  });
});
