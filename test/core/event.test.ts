// Payloads of other systems: read by their declaration, or refused with every reason and without quoting a value.
import { describe, expect, it } from 'vitest';
import { atPointer, type EventField, type EventSource, readEvent } from '../../src/core/event.js';

const field = (more: Partial<EventField> = {}): EventField => ({
  type: 'text',
  most: 20,
  required: false,
  personal: false,
  ...more,
});

const source: EventSource = {
  name: 'crm',
  title: 'CRM',
  programme: 'p',
  method: 'POST',
  secret: { kind: 'uri', name: 'crm' },
  nameAt: '/event',
  fieldsAt: '/data',
  bytesMost: 1_000,
  events: {
    'Lead:Create': {
      id: ['id'],
      wakes: null,
      fields: {
        id: field({ required: true }),
        price: field({ type: 'number' }),
        paid: field({ type: 'yes-no' }),
        at: field({ type: 'time', most: 40 }),
        mail: field({ type: 'email', most: 60 }),
        link: field({ type: 'address', most: 60 }),
      },
    },
  },
};

const read = (data: unknown, event: unknown = 'Lead:Create') => readEvent(source, { event, data });

describe('an event', () => {
  it('keeps the declared fields in their types and drops all others', () => {
    const given = {
      id: ' 7 ',
      price: '12.5',
      paid: 'yes',
      at: '2026-03-02',
      mail: 'a@b.example',
      link: 'https://b.example/x',
    };
    expect(read({ ...given, password: 'hunter22' })).toMatchObject({
      name: 'Lead:Create',
      fields: { id: '7', price: 12.5, paid: true, at: '2026-03-02', mail: 'a@b.example', link: 'https://b.example/x' },
    });
    expect(Object.keys((read({ id: '7', password: 'x' }) as { fields: object }).fields)).toEqual(['id']);
  });

  it('is the same event when its id fields are the same, however the rest is written', () => {
    const identityOf = (data: object) => (read(data) as { identity: string }).identity;
    expect(identityOf({ id: 7, price: 1 })).toBe(identityOf({ price: 2, id: '7' }));
    expect(identityOf({ id: 7 })).not.toBe(identityOf({ id: 8 }));
  });

  it.each<[string, unknown, unknown, string]>([
    ['no name', {}, null, 'must be the name of an event'],
    ['a name nobody declared', { id: 1 }, 'Lead:Delete', 'none of Lead:Create'],
    ['a name of every object', { id: 1 }, 'constructor', 'none of'],
    ['fields that are no object', [1], 'Lead:Create', 'must be an object'],
    ['a missing field', { price: 1 }, 'Lead:Create', 'id is missing'],
    ['a blank field', { id: '  ' }, 'Lead:Create', 'id is missing'],
    ['a long field', { id: 'x'.repeat(21) }, 'Lead:Create', 'longer than 20'],
    ['a nested field', { id: { $gt: '' } }, 'Lead:Create', 'single value'],
    ['no number', { id: 1, price: '1e999' }, 'Lead:Create', 'price must be a number'],
    ['two mail addresses', { id: 1, mail: 'a@b.example,c@d.example' }, 'Lead:Create', 'mail must be one plain'],
    ['an address without https', { id: 1, link: 'http://b.example' }, 'Lead:Create', 'link must be an https'],
    ['a placeholder', { id: '$LEAD_ID' }, 'Lead:Create', 'placeholder'],
  ])('is refused with %s', (_what, data, name, says) => {
    const answer = read(data, name);
    expect('problems' in answer && answer.problems.join('; ')).toContain(says);
  });

  it('tells every reason at once, and quotes no value', () => {
    const answer = read({ price: 'secret-price', mail: 'secret-mail' });
    expect(answer).toEqual({
      problems: ['id is missing', 'price must be a number', 'mail must be one plain mail address'],
    });
  });
});

describe('a JSON pointer', () => {
  it('reads own members only, and unescapes', () => {
    expect(atPointer({ a: { 'b/c': { '~': 1 } } }, '/a/b~1c/~0')).toBe(1);
    expect(atPointer({ a: [5] }, '/a/0')).toBe(5);
    expect(atPointer({}, '/constructor/name')).toBeUndefined();
  });
});
