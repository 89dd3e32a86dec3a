// The whole pure way of a ticket: from list rows to rendered effects, and holds with reasons.
import { describe, expect, it } from 'vitest';
import { planWrites } from '../../src/core/plan.js';
import type { Programme } from '../../src/core/rulebook.js';
import { everbright, inUse, run, stranger, templates, tracker } from './everbright.js';
import { aRule, aTemplate, THEN } from './fixtures.js';

describe('triage', () => {
  it('answers a listed organization', () => {
    const result = run();
    expect(result.decision).toMatchObject({
      kind: 'act',
      rule: 'may-integrate',
      outcome: 'passed-to-api-integrations',
    });
    expect(result.effects).toMatchObject([
      { type: 'reply', template: 'initial-response', locale: 'en', text: expect.stringContaining('Hello Dana Fox,') },
      { type: 'assign', agent: '77', name: 'John Kilfoil' },
    ]);
    expect(result.versions).toEqual({
      rulebook: 'rulebook-hash',
      lists: { 'api-tracker': 'api-tracker-hash', 'approved-sellers': 'approved-sellers-hash' },
    });
    expect(planWrites(result.effects).length).toBe(1);
  });

  it('answers in the language of the ticket', () => {
    expect(run({ locale: 'de-AT' }).effects[0]).toMatchObject({ locale: 'de', text: 'Hallo Dana Fox,\n\nwillkommen.' });
  });

  it('hands a clearly unlisted organization to sales, in order', () => {
    const result = run(stranger);
    expect(result.effects.map((e) => e.type)).toEqual(['email', 'slack', 'reply', 'close']);
    expect(result.effects[0]).toMatchObject({
      address: 'mercedes@ever.example',
      subject: 'API access request: Violet Harbor (not given)',
      text: 'Violet Harbor asks for API access.\nState: not given\n> We would like API access\nhttps://desk.example/agent/tickets/12',
    });
    expect(result.effects[1]).toMatchObject({
      channelId: 'C0SALES',
      text: '*Violet Harbor* <https://desk.example/agent/tickets/12|ticket> Vera Stone',
    });
  });

  it('declines nobody while a list cannot be relied on', () => {
    const lists = [
      inUse('api-tracker', tracker),
      { ...inUse('approved-sellers', []), snapshot: null, problem: 'no such file' },
    ];
    const { decision, effects } = run(stranger, { lists });
    expect(decision.kind).toBe('hold');
    expect(decision.reason).toContain('the approved-sellers list is not connected');
    expect(effects).toEqual([]);
  });

  const unrenderable: [name: string, steps: Programme['rules'][number]['then'], reason: string][] = [
    [
      'an empty variable',
      [{ type: 'reply', template: 'needs-phone' }],
      'The template "needs-phone" (reply, en) needs requester.phone, which is empty',
    ],
    ['no template', [{ type: 'note', template: 'nowhere' }], 'There is no note template "nowhere" for en'],
    ['an unknown person', [{ type: 'assign', to: 'ghost' }], 'The directory names nobody as "ghost"'],
    [
      'a person without address',
      [{ type: 'email', to: 'nobody', template: 'not-approved', handoff: false }],
      'The directory has no mail address for "nobody"',
    ],
    [
      'an unknown channel',
      [{ type: 'slack', channel: 'ghost', template: 'not-approved' }],
      'The directory has no channel "ghost"',
    ],
    [
      'a person unknown to the help desk',
      [{ type: 'assign', to: 'nobody' }],
      'The directory does not say who "nobody" is on sandbox',
    ],
  ];
  it.each(unrenderable)('holds everything for %s', (_name, steps, reason) => {
    const phone = aTemplate('Call {{ requester.phone }}', { name: 'needs-phone' });
    const programme = {
      ...everbright,
      templates: { ...templates, 'needs-phone.reply.en': phone },
      rules: [aRule({ id: 'r', [THEN]: [{ type: 'reply', template: 'initial-response' }, ...steps] })],
    };
    const { decision, effects } = run({}, { programme });
    expect([decision.kind, decision.rule, decision.reason, effects]).toEqual(['hold', 'r', reason, []]);
  });

  it('leaves other tickets alone but shows the verdict', () => {
    const result = run({ subject: 'Invoice', body: 'Where is it?' });
    expect(result.decision).toMatchObject({ kind: 'ignore', programme: null });
    expect(result.match.verdict).toBe('listed');
  });

  it('handles a ticket without requester, subject, organization or text', () => {
    expect(run({ subject: '', body: '', requester: {} }).decision.kind).toBe('ignore');
    expect(run({ body: '', tags: ['api-access'], requester: {} }).decision.kind).toBe('hold');
  });

  it('gives the same answer for the same input, as plain JSON', () => {
    const text = JSON.stringify(run(stranger));
    expect(JSON.stringify(run(stranger))).toBe(text);
    expect(JSON.parse(text)).toEqual(run(stranger));
  });
});
