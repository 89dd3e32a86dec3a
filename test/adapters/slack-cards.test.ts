// Cards in Block Kit: within Slack's limits whatever stands in them, and never anything but plain text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cardBlocks } from '../../src/adapters/slack/card-blocks.js';
import type { ChatCard } from '../../src/core/chat-card.js';
import { holdCard } from '../../src/core/hold-card.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import { triage } from '../../src/core/triage.js';
import { complaintOfContent } from '../../src/sandbox/slack-checks.js';
import { aProgramme, aRule, aRulebook, aTicket, noHistory } from '../core/fixtures.js';

const texts = (value: unknown): { type: string; text: string }[] =>
  Array.isArray(value)
    ? value.flatMap(texts)
    : typeof value === 'object' && value !== null
      ? [
          ...('text' in value && typeof value.text === 'string' ? [value as { type: string; text: string }] : []),
          ...Object.values(value).flatMap(texts),
        ]
      : [];

const anyCard: fc.Arbitrary<ChatCard> = fc.record({
  heading: fc.option(fc.string({ maxLength: 400 })),
  parts: fc.array(
    fc.record({
      label: fc.option(fc.string({ maxLength: 100 })),
      text: fc.string({ unit: 'grapheme', maxLength: 9_000 }),
      buttons: fc.constantFrom([], [{ action: 'approve' as const, label: 'Approve', value: 'x' }]),
    }),
    { maxLength: 70 },
  ),
  buttons: fc.uniqueArray(
    fc.record({
      action: fc.constantFrom('open' as const, 'look-again' as const),
      label: fc.string({ minLength: 1, maxLength: 30 }),
      value: fc.string({ maxLength: 3_000 }),
    }),
    { maxLength: 30, selector: (b) => `${b.action}${b.label}` },
  ),
  footer: fc.option(fc.string({ maxLength: 5_000 })),
});

it('are taken by Slack whatever stands in them, and hold plain text only', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      const blocks = cardBlocks(card);
      expect(blocks.length).toBeLessThanOrEqual(50);
      if (blocks.length > 0) expect(complaintOfContent('x', blocks)).toBeNull();
      for (const { type, text } of texts(blocks)) {
        expect(type).toBe('plain_text');
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(3_000);
      }
    }),
    { numRuns: 60 },
  );
});

it('of a held ticket keep every word of a customer on its own line, under our label', () => {
  const ticket = aTicket({
    subject: 'API\nWhy\nAll is well\u202e <!here>',
    requester: { name: 'Eve\nOrganization\nAcme', email: 'eve@evil.example' },
  });
  const rulebook = aRulebook(aProgramme({ rules: [aRule({ id: 'ask', when: null })] }));
  const decided = triage({
    ticket,
    caseFacts: noHistory,
    lists: [],
    indexes: buildMatchIndexes([], rulebook),
    rulebook,
    now: '2026-03-02T10:32:00Z',
  });
  const input = { caseId: 'd-1', state: 'held', reason: 'Because\nOutcome\ndone', outcome: null, triage: decided };
  const { card, text } = holdCard({
    ...input,
    ticketUrl: 'javascript:alert(1)',
    caseUrl: null,
    lookAgain: 'd-1 x',
    isRepeat: false,
  });
  expect(card.parts.map((p) => p.label)).toEqual(['Ticket', 'From', 'Organization', 'Why']);
  for (const part of card.parts) expect(part.text).not.toContain('\n');
  expect(card.parts[0]!.text).not.toContain('\u202e');
  expect(card.buttons.map((b) => b.action)).toEqual(['look-again']);
  expect(text).toContain('&lt;!here&gt;');
});
