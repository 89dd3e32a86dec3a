// What leaves triage: nothing smuggled through any field, and decisions said in words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionLine, explainDecision } from '../../src/core/explain.js';
import { everbright, run } from './everbright.js';

describe('hostile fields', () => {
  const nasty = fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<@U1>',
        '<https://evil.test|x>',
        '\r\nBcc: a@evil.test',
        '{{ticket.comments}}',
        '{% raw %}',
        '<img src=x onerror=1>',
        '"',
        '\u202e',
        '\u200b',
        '\ue002https://evil.test\ue003',
        'Violet',
        ' ',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));

  it('smuggle no mention, link, recipient, header line or placeholder into any message', () => {
    const programme = { ...everbright, rules: [{ ...everbright.rules[1]!, when: null }] };
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, (name, organization, body, subject) => {
        const result = run(
          {
            subject: `API access ${subject}`,
            body: `API access ${body}`,
            tags: ['api-access'],
            requester: { name: `V ${name}`, email: 'vera@violet-harbor.example' },
            organization: { id: '5', name: `Violet Harbor ${organization}` },
          },
          { programme },
        );
        for (const effect of result.effects) {
          if (effect.type === 'email') {
            expect(effect.address).toBe('mercedes@ever.example');
            expect(effect.subject).not.toMatch(/[\r\n\u202e\u200b]/);
          }
          if (effect.type === 'slack')
            expect(effect.text.replace('<https://desk.example/agent/tickets/12|ticket>', '')).not.toMatch(/[<>]/);
          if ('text' in effect) expect(effect.text).not.toMatch(/\{[{%]|https?:\/\/evil/);
          if ('html' in effect) expect(effect.html).not.toMatch(/<img|\{[{%]|href="https?:\/\/evil/);
        }
        expect(decisionLine(result)).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
      }),
      { numRuns: 150 },
    );
  });
});

describe('saying it in words', () => {
  it('gives one line for the console', () => {
    expect(decisionLine(run())).toBe(
      `#12 Bright Roofing Inc: passed-to-api-integrations by rule may-integrate, because ${run().decision.reason} -> reply "initial-response" to the customer, assign to John Kilfoil`,
    );
    expect(decisionLine(run({ subject: 'Invoice', body: 'x' }))).toContain(
      ': Not for Usher, because No programme takes this ticket',
    );
  });

  it('gives a person who, what, why, with cells and steps', () => {
    const text = explainDecision(run());
    for (const part of [
      'Act: passed-to-api-integrations',
      'Dana Fox <dana@bright-roofing.example>',
      'Tracker!E14',
      'Rule: may-integrate',
      '1. reply "initial-response"',
      '2. assign to John Kilfoil',
    ]) {
      expect(text).toContain(part);
    }
    expect(explainDecision(run({ body: '', tags: ['api-access'], requester: {} }))).toContain('Needs a person: ');
  });
});
