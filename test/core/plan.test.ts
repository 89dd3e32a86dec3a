// Planning writes: order kept, never two comments in one write, slots unique or a Problem; and what a ticket write carries.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenderedEffect } from '../../src/core/decision.js';
import { planWrites, ticketWriteOf } from '../../src/core/plan.js';
import type { TicketContent } from '../../src/core/write.js';
import type { TicketWrite } from '../../src/ports.js';
import { ProblemError } from '../../src/problem.js';

const reply = (template: string): RenderedEffect => ({
  type: 'reply',
  template,
  locale: 'en',
  text: 't',
  html: '<p>t</p>',
});
const note = (template: string): RenderedEffect => ({ type: 'note', template, text: 'n', html: '<p>n</p>' });
const close: RenderedEffect = {
  type: 'close',
  resolution: 'Declined',
  fields: { 'Platform Area': 'Account Management' },
};
const assign = (to: string): RenderedEffect => ({ type: 'assign', to, agent: '77', name: 'John' });
const email = (to: string, template: string): RenderedEffect => ({
  type: 'email',
  to,
  address: 'm@ever.example',
  name: 'M',
  template,
  handoff: false,
  subject: 's',
  text: 't',
  html: 'h',
});
const slack = (channel: string, template: string): RenderedEffect => ({
  type: 'slack',
  channel,
  channelId: 'C',
  channelName: '#c',
  template,
  text: 't',
});
const tag = (add: string[], remove: string[] = []): RenderedEffect => ({ type: 'tag', add, remove });
const set = (fields: Record<string, string>): RenderedEffect => ({ type: 'set', fields });
const attach: RenderedEffect = { type: 'attach', from: 'files', path: '/a', name: 'a', types: ['png'], bytesMost: 9 };
const status = (s: 'open' | 'pending'): RenderedEffect => ({ type: 'status', status: s });

const rows: [name: string, effects: RenderedEffect[], shape: string][] = [
  [
    'the decline',
    [email('sales', 'a'), slack('c', 'a'), reply('a'), close],
    'mail:email | slack:slack | ticket:reply+close',
  ],
  ['the initial response', [reply('a'), note('b'), assign('john')], 'ticket:reply | ticket:note+assign'],
  [
    'ticket effects apart stay apart',
    [reply('a'), slack('c', 'a'), assign('john')],
    'ticket:reply | slack:slack | ticket:assign',
  ],
  [
    'a file and its comment',
    [status('open'), note('a'), attach, reply('b')],
    'ticket:status+note+attach | ticket:reply',
  ],
  ['one status a write', [status('open'), close], 'ticket:status | ticket:close'],
  ['one assignee a write', [assign('a'), assign('b')], 'ticket:assign | ticket:assign'],
  ['one value of a field a write', [set({ 'Platform Area': 'x' }), close], 'ticket:set | ticket:close'],
  [
    'fields, tags and a comment together',
    [set({ A: 'x' }), tag(['t']), note('n'), set({ B: 'y' })],
    'ticket:set+tag+note+set',
  ],
  ['a tag added and removed in two writes', [tag(['t']), tag([], ['t'])], 'ticket:tag | ticket:tag'],
  ['nothing', [], ''],
];

describe('planning', () => {
  it.each(rows)('%s', (_name, effects, shape) => {
    const plan = planWrites(effects);
    expect(plan.map((w) => `${w.target}:${w.steps.map((s) => s.effect.type).join('+')}`).join(' | ')).toBe(shape);
  });

  it('names slots by kind, target and template, never by text', () => {
    const slots = (effects: RenderedEffect[]) => planWrites(effects).flatMap((w) => w.steps.map((s) => s.slot));
    expect(
      slots([
        email('sales', 'a'),
        slack('c', 'a'),
        reply('a'),
        close,
        assign('john'),
        set({ B: 'x', A: 'y' }),
        tag(['v'], ['u']),
      ]),
    ).toEqual([
      'email|sales|a',
      'slack|c|a',
      'reply|ticket|a',
      'close|ticket|',
      'assign|john|',
      'set|ticket|A,B',
      'tag|ticket|+v,-u',
    ]);
    expect(slots([set({ 'A|B': 'x' })])).toEqual(['set|ticket|A%7CB']);
  });

  it('refuses the same step twice', () => {
    expect(() => planWrites([reply('a'), slack('c', 'a'), reply('a')])).toThrow(ProblemError);
  });

  const word = fc.constantFrom('a', 'b', 'c', 'x|y', 'x%7Cy');
  const effect: fc.Arbitrary<RenderedEffect> = fc.oneof(
    word.map(reply),
    word.map(note),
    word.map(assign),
    fc.constant(close),
    fc.constantFrom(status('open'), status('pending')),
    fc.tuple(word, word).map(([a, b]) => email(a, b)),
    fc.tuple(word, word).map(([a, b]) => slack(a, b)),
    fc.array(word, { minLength: 1, maxLength: 2 }).map((t) => tag(t)),
    fc.dictionary(word, word, { minKeys: 1, maxKeys: 2 }).map(set),
  );
  it('keeps order, gives no write two comments and no two steps one slot', () => {
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 8 }), (effects) => {
        let plan: ReturnType<typeof planWrites>;
        try {
          plan = planWrites(effects);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
          return;
        }
        expect(plan.flatMap((w) => w.steps.map((s) => s.effect))).toEqual(effects);
        const slots = plan.flatMap((w) => w.steps.map((s) => s.slot));
        expect(new Set(slots).size).toBe(slots.length);
        for (const write of plan) {
          expect(
            write.steps.filter((s) => s.effect.type === 'reply' || s.effect.type === 'note').length,
          ).toBeLessThanOrEqual(1);
          if (write.target !== 'ticket') expect(write.steps.length).toBe(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a ticket write', () => {
  it('carries comment, fields, tags, assignee and status, and fits the port', () => {
    const [write] = planWrites([reply('a'), set({ A: 'x' }), tag(['t'], ['u']), assign('john'), close]);
    const content: TicketContent = ticketWriteOf(write!);
    const port: TicketWrite = content;
    expect(port).toEqual({
      comment: { public: true, text: 't', html: '<p>t</p>' },
      fields: { A: 'x', Resolution: 'Declined', 'Platform Area': 'Account Management' },
      addTags: ['t'],
      removeTags: ['u'],
      assignee: '77',
      status: 'solved',
    });
  });

  it('leaves out what is not asked', () => {
    expect(ticketWriteOf(planWrites([note('n')])[0]!)).toEqual({
      comment: { public: false, text: 'n', html: '<p>n</p>' },
    });
    expect(ticketWriteOf(planWrites([{ type: 'close', resolution: null, fields: {} }])[0]!)).toEqual({
      status: 'solved',
      fields: {},
    });
  });
});
