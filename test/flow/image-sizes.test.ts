// Sizes of attached images get into a ticket only where its programme asks for them, and are stored with it.
import { describe, expect, it } from 'vitest';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Programme } from '../../src/core/rulebook.js';
import { firstSight } from '../../src/core/triage.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { withImageSizes } from '../../src/flow/image-sizes.js';
import { run } from '../core/everbright.js';
import { aProgramme, aRule, aRulebook, aTicket, test_ } from '../core/fixtures.js';

const files = [
  { name: 'letter.pdf', type: 'application/pdf', bytes: 10 },
  { name: 'logo.png', type: 'image/png', bytes: 20 },
  { name: 'broken.gif', type: 'image/gif', bytes: 30 },
];
const small = aRule({ id: 'too-small', when: test_('ticket.images.width', 'below', 150) });
const programme = aProgramme({ readsImages: true, rules: [small, aRule({ id: 'other' })] });

function depsFor(asking: Programme, asked: string[]): FlowDeps {
  const rulebook = aRulebook(asking);
  const images = async (id: string) => {
    asked.push(id);
    return [
      { name: 'logo.png', bytes: 20, content: Uint8Array.of(1) },
      { name: 'broken.gif', bytes: 30, content: null },
    ];
  };
  // Only what the step asks for; anything else it touched would fail the test.
  return {
    reader: { images },
    measureImage: async () => ({ width: 149, height: 50 }),
    knowledge: async () => ({ rulebook, lists: [], indexes: buildMatchIndexes([], rulebook) }),
  } as unknown as FlowDeps;
}

const filed = (more: object = {}) =>
  aTicket({ subject: 'API access', body: 'API access', attachments: files, ...more });

describe('the sizes of images', () => {
  it('are asked for and decided upon where the programme wants them', async () => {
    const asked: string[] = [];
    const ticket = await withImageSizes(depsFor(programme, asked), filed(), firstSight);
    expect(asked).toEqual(['12']);
    expect(ticket.attachments).toEqual([files[0], { ...files[1], width: 149, height: 50 }, files[2]]);
    const { facts, decision } = run({ attachments: ticket.attachments }, { programme });
    expect(facts.ticket).toMatchObject({
      files: { names: ['letter.pdf', 'logo.png', 'broken.gif'], largestBytes: 30 },
      images: { count: 2, width: 149, height: 50 },
    });
    expect(decision.rule).toBe('too-small');
  });

  it('are not known where the image cannot be read: a person decides', () => {
    const { decision, facts } = run({ attachments: files }, { programme });
    expect(facts.ticket.images).toMatchObject({ width: null, height: null });
    expect(decision).toMatchObject({ kind: 'hold', rule: 'too-small' });
    expect(decision.reason).toContain('ticket.images.width');
  });

  it.each([
    ['the programme does not ask', aProgramme({ rules: [small] }), {}],
    ['nobody takes the ticket', programme, { subject: 'Hello', body: 'Hello' }],
    ['no image is attached', programme, { attachments: [files[0]!] }],
  ])('are left alone where %s', async (_name, asking, more) => {
    const asked: string[] = [];
    const ticket = filed(more);
    expect(await withImageSizes(depsFor(asking, asked), ticket, firstSight)).toBe(ticket);
    expect(asked).toEqual([]);
  });
});
