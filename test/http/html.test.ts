// The template that escapes by default, and how messages and times are shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, outsideLink } from '../../src/http/pages/html.js';
import { slackText } from '../../src/http/pages/message-parts.js';
import { ago, time } from '../../src/http/pages/time.js';

describe('html', () => {
  it('escapes text, keeps markup made by itself, prints lists, and leaves out nothing-values', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`${inner}${['a', 1, null, undefined, false, '']}<p title="${`"'&`}">`.markup).toBe(
      '<b>&lt;i&gt;</b>a1<p title="&quot;&#39;&amp;">',
    );
  });

  it('never lets a value end a tag, an attribute or its line of text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const escaped = escapeHtml(value);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it.each([
    ['https://help.example/t/1', true],
    ['http://10.0.0.1/t', true],
    ['javascript:alert(1)', false],
    ['JaVaScRiPt:alert(1)', false],
    ['data:text/html,x', false],
    [' https://x.example', false],
    ['', false],
  ])('makes a link of %j: %s', (url, linked) => {
    expect(outsideLink(url, 'ticket').markup.startsWith('<a ')).toBe(linked);
  });
});

describe('slackText', () => {
  it.each([
    ['*bold* and _italic_', '<strong>bold</strong> and <em>italic</em>'],
    ['a*b*c stays', 'a*b*c stays'],
    ['&lt;!channel&gt; &amp;amp;', '&lt;!channel&gt; &amp;amp;'],
    ['<https://x.example/a|T 1>', '<a href="https://x.example/a" rel="noreferrer noopener">T 1</a>'],
    ['<javascript:alert(1)|T>', '<span>T</span>'],
    ['<img src=x>', '<span>img src=x</span>'],
  ])('shows %j', (text, expected) => {
    expect(slackText(text).markup).toBe(`<div class="letter slack" dir="auto">${expected}</div>`);
  });
});

describe('time', () => {
  it('is shown in UTC with its machine-readable form, whatever zone it came in', () => {
    expect(time('2026-03-12T16:05:09+02:00').markup).toBe(
      '<time datetime="2026-03-12T14:05:09.000Z">12 Mar 2026, 14:05 UTC</time>',
    );
    expect(time('2026-03-12T14:05:09Z', true).markup).toContain('14:05:09 UTC');
    expect(time('<soon>').markup).toBe('<span>&lt;soon&gt;</span>');
  });

  it.each([
    ['2026-03-12T14:59:30Z', 'just now'],
    ['2026-03-12T14:01:00Z', '59 min ago'],
    ['2026-03-11T15:00:00Z', '24 h ago'],
    ['2026-03-08T15:00:00Z', '4 days ago'],
    ['nonsense', 'at an unknown time'],
  ])('%s is %s', (iso, expected) => {
    expect(ago(iso, new Date('2026-03-12T15:00:00Z'))).toBe(expected);
  });
});
