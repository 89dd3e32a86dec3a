// Credentials on their way through a ticket: masked before anything is stored or shown, and never sent by us; and the answer's language.
import { describe, expect, it } from 'vitest';
import { everbright, run, templates } from './everbright.js';
import { aProgramme, aRule, aTemplate, aTicket, THEN, test_ } from './fixtures.js';

const HEX = '9f86d081884c7d659a2feaa0c55ad015';
const listed = { organization: { id: '1', name: 'Bright Roofing Inc', domains: [] } };

describe('a credential that a customer sends', () => {
  const ticket = {
    ...listed,
    subject: `API access, api key: ${HEX}`,
    body: `We would like API access.\nPassword: hunter2-Sommer\nBearer ${HEX}`,
    fields: { Notes: `client_secret=${HEX}`, Many: [`api key is ${HEX}`] },
    messages: [
      { id: '1', at: '2026-03-02T10:30:00Z', author: 'requester' as const, body: `API access\nAPI key: ${HEX}` },
    ],
  };

  it('is masked in the ticket itself, in its facts, and in everything made of them', () => {
    const all = JSON.stringify([aTicket(ticket), run(ticket)]);
    expect(all).not.toContain(HEX);
    expect(all).not.toContain('hunter2');
    expect(all).toContain('[removed: API key]');
  });

  it('is a fact for a rule that tells them to replace it', () => {
    const programme = aProgramme({
      templates,
      rules: [aRule({ id: 'rotate', when: test_('message.credentials', 'is', 'password') }), aRule({ id: 'other' })],
    });
    expect(run({ ...ticket, messages: [] }, { programme }).facts.message.credentials).toEqual([
      'API key',
      'password',
      'bearer token',
    ]);
    expect(run({ ...ticket, messages: [] }, { programme }).decision.rule).toBe('rotate');
    expect(run(listed, { programme }).decision.rule).toBe('other');
    expect(run(listed, { programme }).facts.message.credentials).toEqual([]);
  });

  it('does not make a ticket of the longest allowed length too long', () => {
    const body = `${'x'.repeat(1_000_000 - 30)}\npassword=abc123`.slice(0, 1_000_000);
    expect(aTicket({ body }).body).toContain('[removed: password]');
  });
});

describe('a message of ours', () => {
  const saying = (text: string, channel: 'reply' | 'note' | 'slack' | 'email' = 'reply') => {
    const template = aTemplate(text, { name: 'leak', channel, subject: channel === 'email' ? 'Hello' : null });
    const step = {
      reply: { type: 'reply', template: 'leak' } as const,
      note: { type: 'note', template: 'leak' } as const,
      slack: { type: 'slack', channel: 'everbright-sales', template: 'leak' } as const,
      email: { type: 'email', to: 'sales-development', template: 'leak', handoff: false } as const,
    }[channel];
    const programme = aProgramme({
      templates: { [`leak.${channel}.en`]: template },
      rules: [aRule({ id: 'leak', [THEN]: [{ type: 'tag', add: ['x'], remove: [] }, step] })],
    });
    return run(listed, { programme });
  };

  it.each(['reply', 'note', 'slack', 'email'] as const)(
    'with a key in a %s is not planned, nor is what stands beside it',
    (channel) => {
      const { decision, effects } = saying(`Your API key: ${HEX}`, channel);
      expect([decision.kind, effects]).toEqual(['hold', []]);
      expect(decision.reason).toContain(`The ${channel} ("leak") seems to contain a credential (API key)`);
      expect(JSON.stringify(decision)).not.toContain(HEX);
    },
  );

  it('with a key in a field is not planned', () => {
    const set = aRule({ id: 'set', [THEN]: [{ type: 'set', fields: { Key: `api_key=${HEX}` } }] });
    const { decision } = run(listed, { programme: aProgramme({ rules: [set] }) });
    expect(decision.reason).toContain('The set seems to contain a credential');
  });

  it('without one goes out', () => {
    expect(saying('Your API key comes by the secure channel.').decision.kind).toBe('act');
  });
});

describe('the language of an answer', () => {
  const german = 'Guten Tag, wir möchten die API access nutzen und bitten Sie um einen Zugang. Danke!';
  const answered = (ticket: object) =>
    run({ ...listed, ...ticket }, { programme: everbright }).effects.flatMap((e) =>
      e.type === 'reply' ? e.locale : [],
    );

  it.each([
    ['the ticket says German', { locale: 'de-AT' }, 'de'],
    ['the ticket says English, the text is German', { locale: 'en-US', body: german }, 'en'],
    ['the ticket says nothing, the text is German', { body: german }, 'de'],
    ['the ticket says a language without templates, the text is German', { locale: 'fr', body: german }, 'de'],
    ['nothing says it', { body: 'API access' }, 'en'],
  ])('%s: %s', (_name, ticket, locale) => {
    expect(answered(ticket)).toEqual([locale]);
  });

  it('is a fact, kept from the first message where a later one is short', () => {
    const messages = [
      { id: '1', at: '2026-03-02T10:30:00Z', author: 'requester' as const, body: german },
      { id: '2', at: '2026-03-02T11:30:00Z', author: 'requester' as const, body: 'API ok' },
    ];
    expect(run({ body: german, messages }).facts.message).toMatchObject({ kind: 'other', language: 'de' });
    expect(run({ body: 'API access' }).facts.message.language).toBeNull();
  });
});
