// Events in: one case and one hand-off whatever comes twice or dies, refusals that leave nothing, and cases that an event wakes.
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { oneDatabase } from '../storage/databases.js';
import { caseOf, eventsFor, URI_SECRET } from './event-world.js';

const MOMENTS: Checkpoint[] = [
  'case-leased',
  'decision-committed',
  'write-claimed',
  'send-begun',
  'answer-received',
  'write-settled',
];

let n = 0;
const lead = (more: object = {}) => {
  n += 1;
  const data = {
    action: 'solar_pv',
    state: 'CA',
    first_name: 'Nadia',
    street: `${n} Quarry Lane`,
    reply_email: `n${n}@mail.example`,
    ...more,
  };
  return { event: 'RequestQuote:Create', data };
};

oneDatabase((open) => {
  const textField = { type: 'text' as const, most: 40, required: true, personal: false };
  const events = eventsFor(open, (rulebook) => ({
    ...rulebook,
    programmes: rulebook.programmes.map((p) => ({
      ...p,
      sources: [
        ...p.sources.map((s) => ({
          ...s,
          events: {
            ...s.events,
            'Ticket:Ready': {
              id: ['ticket'],
              wakes: { kind: 'ticket' as const, field: 'ticket' },
              fields: { ticket: textField },
            },
          },
        })),
        { ...p.sources[0]!, name: 'caller', method: 'GET' as const, nameAt: '/event', fieldsAt: '' },
      ],
    })),
  }));

  const mails = () => events.world.smtp.state().mails;
  const posts = () => events.world.slack.posts('C0ECOLEADS');

  it('hands a lead over once, however often it is sent', async () => {
    const payload = lead();
    const before = [mails().length, posts().length];
    const answers = await Promise.all(Array.from({ length: 20 }, () => events.send(payload)));
    expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200 });
    await events.work(caseOf(answers[0]!));
    expect(await events.send(payload)).toEqual(answers[0]);
    await events.work(caseOf(answers[0]!));
    expect([mails().length, posts().length]).toEqual([before[0]! + 1, before[1]! + 1]);
    expect(mails().at(-1)!.text).toContain(payload.data.street);
    expect(posts().at(-1)!.text).not.toContain(payload.data.street);
    const detail = await events.world.detail(caseOf(answers[0]!));
    expect(detail).toMatchObject({ state: 'done', helpdesk: 'event-ecologic', rule: 'lead' });
  });

  it.each(MOMENTS)('loses and doubles nothing when the process dies at %s', async (at) => {
    const before = [mails().length, posts().length];
    const caseId = caseOf(await events.send(lead()));
    expect(await events.work(caseId, { at, nth: 1 })).toBe('died');
    await events.leftAlone(caseId);
    await events.work(caseId);
    const sent = mails()
      .slice(before[0])
      .map((m) => m.subject.startsWith('[possible duplicate]'));
    // After the mail was handed over and before that was written down nobody can know: a second copy says so.
    expect([[false], [false, true]]).toContainEqual(sent);
    expect(posts().length).toBe(before[1]! + 1);
    expect(events.others.state().records.filter((r) => JSON.stringify(r.content).includes(`n${n}@`)).length).toBe(1);
  });

  it('tells the operations channel of a lead that nobody can reach, once and without what it says', async () => {
    const told = () => events.world.slack.posts('C0USHEROPS').filter((p) => p.text.includes('needs a person'));
    const before = told().length;
    const caseId = caseOf(await events.send(lead({ reply_email: '', first_name: 'Zebedee' })));
    await events.work(caseId);
    await events.work(caseId);
    expect(told().length).toBe(before + 1);
    expect(told().at(-1)!.text).toContain(encodeURIComponent(caseId));
    expect(told().at(-1)!.text).not.toContain('Zebedee');
    expect((await events.world.detail(caseId)).state).toBe('held');
  });

  it.each<[string, unknown, object, number, string]>([
    ['a wrong secret', lead(), { query: 'secret=guess' }, 401, 'event-secret'],
    ['no secret', lead(), { query: '' }, 401, 'event-secret'],
    ['the secret twice', lead(), { query: `secret=${URI_SECRET}&secret=${URI_SECRET}` }, 401, 'event-secret'],
    ['an unknown source', lead(), { source: 'constructor' }, 404, 'event-unknown-source'],
    ['the wrong method', lead(), { method: 'GET' }, 405, 'event-method'],
    ['no JSON', '{"event":', {}, 400, 'event-unreadable'],
    ['bytes that are no text', '', { rawBody: Buffer.from([0x7b, 0xff]) }, 400, 'event-unreadable'],
    ['a body over the limit', lead({ comments: 'x'.repeat(40_000) }), {}, 413, 'event-too-large'],
    ['an event of which nobody knows the fields', { event: 'Audit:Create', data: {} }, {}, 422, 'event-misfit'],
    ['a missing field', { event: 'RequestQuote:Create', data: {} }, {}, 422, 'event-misfit'],
    [
      'an event for a ticket that has no case',
      { event: 'Ticket:Ready', data: { ticket: '999' } },
      {},
      404,
      'event-no-case',
    ],
  ])('keeps nothing of %s but a count, and logs no secret', async (_what, payload, change, status, reason) => {
    const rows = [await events.count('cases'), await events.count('events')];
    const counted = events.counts.refused[reason] ?? 0;
    expect((await events.send(payload, change)).status).toBe(status);
    expect(events.counts.refused[reason]).toBe(counted + 1);
    expect([await events.count('cases'), await events.count('events')]).toEqual(rows);
    expect(events.logged.join('\n')).not.toContain(URI_SECRET);
  });

  it('takes a GET with the fields in its query, as often as anybody fetches it', async () => {
    const query = new URLSearchParams({
      secret: URI_SECRET,
      event: 'RequestQuote:Create',
      action: 'battery',
      reply_phone: '555',
    });
    const get = (text: string) => events.send('', { source: 'caller', method: 'GET', query: text });
    const first = await get(query.toString());
    expect(first.status).toBe(200);
    expect(await get(query.toString())).toEqual(first);
    expect((await get(`${query}&action=other`)).status).toBe(400);
    query.set('action', '$ACTION');
    expect(await get(query.toString())).toMatchObject({
      status: 422,
      body: { problems: ['action is a placeholder that was not filled in'] },
    });
  });

  it("wakes the case of a ticket, whose rules see the event's fields", async () => {
    const ticketId = events.world.zendesk.customerFiles({
      name: 'Ina Roth',
      email: 'ina@roth.example',
      subject: 'Notification API',
      body: 'We would like to use the Notification API.',
    });
    const caseId = await events.deps.ledger.openCase(
      { helpdesk: 'sandbox', ticketId, version: null },
      { key: 'seen', kind: 'changed' },
    );
    const answer = await events.send({ event: 'Ticket:Ready', data: { ticket: ticketId } });
    expect(answer).toEqual({ status: 200, body: { taken: caseId } });
    expect(await events.send({ event: 'Ticket:Ready', data: { ticket: ticketId } })).toEqual(answer);
    await events.work(caseId);
    const { decisions } = await events.world.detail(caseId);
    expect(decisions[0]!.triage.facts.event).toEqual({
      source: 'ecologic',
      name: 'Ticket:Ready',
      fields: { ticket: ticketId },
    });
  });
});
