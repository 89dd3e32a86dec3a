// Mail addresses and domains: strict reading, registrable domains, whose they are, and which could be mistaken for which.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authenticationFails, hostOf, readDirectory, readSender } from '../../src/core/match/domains.js';
import { FREE_MAIL } from '../../src/core/match/free-mail.js';
import { decodeLabel, unicodeHost } from '../../src/core/match/punycode.js';

const known = readDirectory({
  sample: true,
  people: {},
  groups: {},
  endpoints: {},
  subscribers: {},
  channels: {},
  intermediaries: [{ name: 'Projecto', domains: ['projecto.example'] }],
  own: { addresses: ['me@agency.example'], domains: ['us.example'] },
  freeMail: ['local-isp.example'],
});

describe('domains as evidence', () => {
  it.each([
    ['mail.acme.example', 'acme.example'],
    ['acme.co.uk', 'acme.co.uk'],
    ['a.b.acme.com.au', 'acme.com.au'],
    ['acme.github.io', 'acme.github.io'],
    ['https://www.Acme.example/contact?x=1', 'acme.example'],
    ['@acme.example', 'acme.example'],
    ['xn--mller-kva.de', 'müller.de'],
    ['müller.de', 'müller.de'],
  ])('finds in %j the registrable domain %j', (text, domain) => {
    expect(hostOf(text)?.domain).toBe(domain);
  });

  it.each([
    'co.uk',
    'github.io',
    'localhost',
    '192.0.2.7',
    '',
    'a b.example',
    'ac\u200bme.example',
    `${'a'.repeat(260)}.example`,
  ])('finds none in %j', (text) => {
    expect(hostOf(text)).toBeNull();
  });

  it.each([
    ['ann@acme.example', 'company'],
    [' Ann@ACME.example ', 'company'],
    ['ann@gmail.com', 'free-mail'],
    ['ann@mail.local-isp.example', 'free-mail'],
    ['ann@eu.projecto.example', 'intermediary'],
    ['ann@us.example', 'own'],
    ['me@agency.example', 'own'],
    ['you@agency.example', 'company'],
    ['', 'none'],
    ['"a@acme.example"@evil.test', 'unreadable'],
    ['a@acme.example,b@evil.test', 'unreadable'],
    ['Ann <a@acme.example>', 'unreadable'],
    ['a@b@acme.example', 'unreadable'],
    ['a@[192.0.2.1]', 'unreadable'],
    ['a@acme.example\nBcc: x@y.example', 'unreadable'],
    [`${'a'.repeat(250)}@acme.example`, 'unreadable'],
  ])('reads the sender %j as %s', (email, kind) => {
    expect(readSender(email, known).kind).toBe(kind);
  });

  it('knows free mail of many countries', () => {
    expect(FREE_MAIL.size).toBeGreaterThan(60);
    for (const d of [
      'gmail.com',
      'qq.com',
      'web.de',
      'orange.fr',
      'libero.it',
      'uol.com.br',
      'naver.com',
      'mail.ru',
      'wp.pl',
      'rediffmail.com',
    ]) {
      expect(FREE_MAIL.has(d)).toBe(true);
    }
  });

  it.each([
    [{ spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' }, false],
    [{ spf: 'fail', dkim: 'none', dmarc: 'none' }, false],
    [{ spf: 'fail', dkim: 'fail', dmarc: 'none' }, true],
    [{ spf: 'fail', dkim: 'fail', dmarc: 'pass' }, false],
    [{ spf: 'pass', dkim: 'pass', dmarc: 'fail' }, true],
  ])('takes authentication %j as failing: %s', (results, fails) => {
    expect(authenticationFails(results)).toBe(fails);
  });

  // Samples from RFC 3492 section 7.1 and a published homograph.
  it.each([
    ['egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['Proprostnemluvesky-uyb24dma41a'.toLowerCase(), 'pročprostěnemluvíčesky'],
    ['80ak6aa92e', 'аррӏе'],
    ['mller-kva', 'müller'],
  ])('decodes xn--%s', (label, text) => {
    expect(decodeLabel(label)).toBe(text);
  });

  it('leaves a label that does not decode as it is', () => {
    expect(unicodeHost('XN--99999999.example')).toBe('xn--99999999.example');
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        hostOf(text);
        hostOf(`xn--${text}`);
        expect(readSender(text, known).address).toBe(text.trim().toLowerCase());
      }),
    );
  });
});
