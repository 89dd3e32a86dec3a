// Escaping: Slack's own vector, and properties that nothing a customer writes becomes markup, mention, link or header.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakAutolinks,
  breakPlaceholders,
  cleanValue,
  escapeHtml,
  escapeSlack,
  markLink,
  markValue,
  oneLine,
  textToHtml,
  toPlainText,
  toSlack,
} from '../../src/core/escape.js';

/** Pieces that attack a channel, and plain characters of every kind. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '<',
          '>',
          '&',
          '"',
          "'",
          '|',
          '!',
          '@',
          '#',
          '{',
          '{{',
          '{%',
          '}}',
          '%}',
          '\r',
          '\n',
          '\r\n',
          '\u2028',
          '\t',
          '\0',
        ],
        ...[
          '<!channel>',
          '<!here>',
          '<@U123>',
          '<#C123>',
          '<!subteam^S1>',
          '<!date^0^x^https://evil.test|x>',
          '&lt;!here&gt;',
        ],
        ...[
          'https://evil.test',
          'http://x|y',
          'mailto:a@evil.test',
          'www.evil.test',
          'javascript:alert(1)',
          'HTTPS:\\\\evil.test',
        ],
        ...[
          '[Bank](https://evil.test)',
          '](https://evil.test)',
          '[',
          '](',
          ')',
          '<script>',
          '<img src=x>',
          '</p>',
          '\u202e',
          '\u200b',
        ],
        ...[
          '\ufeff',
          '\u200d',
          '\ud800',
          '\ue000',
          '\ue001',
          '\ue002',
          '\ue003',
          '\ue004',
          'Bcc: a@evil.test',
          'channel',
          'a',
          ' ',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('escaping for Slack', () => {
  it('gives the vector of the Slack contract', () => {
    expect(escapeSlack('A & B <!channel> <@U1> <http://x|y>')).toBe(
      'A &amp; B &lt;!channel&gt; &lt;@U1&gt; &lt;http://x|y&gt;',
    );
  });

  it('leaves no token, mention or live address of a value', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const out = toSlack(`Hello ${markValue(value)} end`);
        expect(out).not.toMatch(/[<>]/);
        expect(out).not.toMatch(/&(?!amp;|lt;|gt;)/);
        expect(out).not.toMatch(/[a-z][a-z0-9+.-]*:\/\//i);
        expect(out).not.toMatch(/mailto:(?!\u200b)\S|\bwww\./i);
      }),
    );
  });

  it('keeps the markup of the author, and a value inside angle brackets cannot turn it into a mention or another link', () => {
    expect(toSlack('*Now* <https://ever.example|Guide>')).toBe('*Now* <https://ever.example|Guide>');
    expect(toSlack(`From <${markValue('!channel')}>`)).toBe('From <channel>');
    expect(toSlack(`From <${markValue('@U123 x')}>`)).toBe('From <U123 x>');
    expect(toSlack(`<https://ever.example/${markValue('a|evil b')}|Guide>`)).toBe(
      '<https://ever.example/a evil b|Guide>',
    );
    expect(toSlack(`${markLink('https://desk.example/t/1?a=1&b=2')}`)).toBe('https://desk.example/t/1?a=1&amp;b=2');
  });
});

describe('escaping for HTML and plain text', () => {
  it('makes paragraphs and only the links of the author', () => {
    const html = textToHtml(
      `Hi ${markValue('<b>Dana</b> https://evil.test')}\n\nSee [our guide](https://ever.example/a?b=1&c=2) or https://ever.example.\nBye`,
    );
    expect(html).toBe(
      '<p>Hi &lt;b&gt;Dana&lt;/b&gt; https:\u200b//evil.test</p>\n<p>See <a href="https://ever.example/a?b=1&amp;c=2">our guide</a> or <a href="https://ever.example">https://ever.example</a>.<br>\nBye</p>',
    );
    expect(toPlainText('See [our guide](https://ever.example/a).')).toBe('See our guide (https://ever.example/a).');
  });

  it('lets no value open a tag, a link or a placeholder', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const marked = `Hello ${markValue(a)}${markValue(b)} {${markValue(a)}\n\n[${markValue(b)}](${markValue(a)}) end`;
        const html = textToHtml(marked);
        expect(html.replace(/<\/?p>|<br>/g, '')).not.toMatch(/[<>]/);
        expect(html).not.toMatch(/href|\{[\u200b-\u200d]*[{%]/i);
        const text = toPlainText(marked);
        expect(text).not.toMatch(/\{[\u200b-\u200d]*[{%]/);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\ue000-\ue004]/);
        expect(text).not.toMatch(/[a-z][a-z0-9+.-]*:\/\//i);
        expect(text).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  it('makes a link of ours a link, and text that pretends to be one is only text', () => {
    expect(textToHtml(`Ticket: ${markValue(markLink('https://desk.example/t/1'))}`)).toContain(
      '<a href="https://desk.example/t/1">',
    );
    expect(textToHtml(markValue(markLink('javascript:alert(1)')))).not.toContain('<a');
    expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
  });
});

describe('subjects and names', () => {
  it('stay one line, without controls, of bounded length', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const line = oneLine(`API access: ${value}`);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
        expect(line.length).toBeLessThanOrEqual(200);
      }),
    );
    expect(oneLine('Bright\r\nBcc: a@evil.test')).toBe('Bright Bcc: a@evil.test');
  });

  it('lose what steers, keep what is written', () => {
    expect(cleanValue('Ac\u200bme \u202eGmbH\u0007 – Zürich 👩‍🔧\r\nzwei')).toBe('Acme GmbH – Zürich 👩‍🔧\nzwei');
    expect(breakPlaceholders('{{ticket.comments}} {%if%} {{{x')).toBe('{ {ticket.comments}} { %if%} { { {x');
    expect(breakAutolinks('https://a mailto:b c:d')).toBe('https:\u200b//a mailto:\u200bb c:d');
  });
});
