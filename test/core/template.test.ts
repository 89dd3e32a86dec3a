// Templates: Problems at the place, limits that hold, nothing half empty, values never read as templates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkTemplate,
  EmptyVariable,
  findVariable,
  pickTemplate,
  renderTemplate,
  TemplateFailure,
  templatesMarkdown,
  templateTable,
  templateVariables,
} from '../../src/core/template.js';
import { ProblemError } from '../../src/problem.js';
import { aProgramme, aTemplate } from './fixtures.js';

function problemsOf(source: string, header = {}) {
  try {
    aTemplate(source, header);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  return [];
}

describe('reading a template', () => {
  const wrong: [source: string, code: string, line: number, column: number][] = [
    ['Hello\n  {{ a | nofilter }}', 'template-filter', 2, 3],
    ['Hello {% render "../../etc/passwd" %}', 'template-tag', 1, 7],
    ['{% include "x" %}', 'template-tag', 1, 1],
    ['{% layout "x" %}', 'template-tag', 1, 1],
    ['{% if a %}\nnever closed', 'template-syntax', 1, 1],
    ['x {% if %}y{% endif %}', 'template-syntax', 1, 8],
    ['{{ x | raw }}', 'template-filter', 1, 1],
    ['{{ "now" | date: "%Y" }}', 'template-filter', 1, 1],
  ];
  it.each(wrong)('reports %j as %s with its place', (source, code, line, column) => {
    expect(problemsOf(source)).toMatchObject([{ code, line, column, file: 'templates/p/hello.liquid' }]);
  });

  it('counts lines from the beginning of the file when front matter was cut off', () => {
    expect(problemsOf('Hello {% render "x" %}', { firstLine: 5 })).toMatchObject([{ line: 5, column: 7 }]);
    const subject = {
      channel: 'email',
      subject: '{{ a | nofilter }}',
      subjectLine: 2,
      subjectColumn: 10,
      firstLine: 4,
    };
    expect(problemsOf('Hello', subject)).toMatchObject([{ code: 'template-filter', line: 2, column: 10 }]);
  });

  it('wants a subject for e-mail', () => {
    expect(problemsOf('Hello', { channel: 'email' })).toMatchObject([{ code: 'template-no-subject' }]);
  });

  it('lists the variables it takes and reports those that do not exist, with a suggestion', () => {
    const template = aTemplate(
      'Hi {{ requester.nmae }}\n{% for c in match.candidates %}{{ c.name }}{% endfor %}{{ ticket.fields["Platform Area"] }}{{ listing.api-tracker.status }}',
      { channel: 'email', subject: '{{ organization.name }}', subjectLine: 2, subjectColumn: 10, firstLine: 4 },
    );
    expect(templateVariables(template)).toEqual([
      'organization.name',
      'requester.nmae',
      'match.candidates',
      'ticket.fields.Platform Area',
      'listing.api-tracker.status',
    ]);
    expect(checkTemplate(template)).toMatchObject([
      { code: 'unknown-variable', fix: 'Did you mean requester.name?', line: 4, column: 7 },
    ]);
  });

  it('documents every variable', () => {
    for (const { path } of templateTable) expect(templatesMarkdown()).toContain(`\`${path}\``);
    expect(findVariable('lists.approved-sellers')?.path).toBe('lists.<list>');
    expect(findVariable('lists')).toBeUndefined();
    expect(findVariable('ticket.constructor')).toBeUndefined();
  });
});

describe('rendering a template', () => {
  const scope = { a: { text: 'x', none: null, blank: null, list: [], zero: 0 } };
  const empties: [source: string, variable: string][] = [
    ['{{ a.none }}', 'a.none'],
    ['Hi {{ a.none | upcase }}', 'a.none'],
    ['{{ a.typo }}', 'a.typo'],
    ['{{ other.thing }}', 'other'],
    ['{{ a.list | join: ", " }}', 'a.list'],
    ['{% for x in a.nothing %}{{ x }}{% endfor %}', 'a.nothing'],
  ];
  it.each(empties)('stops %j because %s is empty', (source, variable) => {
    const render = () => renderTemplate(aTemplate(source), scope);
    expect(render).toThrow(EmptyVariable);
    expect(render).toThrow(expect.objectContaining({ variable, template: 'hello' }));
  });

  const fine: [source: string, text: string][] = [
    ['{{ a.none | default: "not given" }}', 'not given'],
    ['x{{ a.none | default: "" }}y', 'xy'],
    ['{{ a.typo | default: "not given" | upcase }}', 'NOT GIVEN'],
    ['x{% if a.none %}Phone {{ a.none }}{% endif %}', 'x'],
    ['x{% if a.typo %}{{ a.typo }}{% else %}y{% endif %}', 'xy'],
    ['{{ a.zero }}', '0'],
    ['{{ a.text }}{% # a comment %}', 'x'],
    ['\n\none\n\n\n\ntwo  \n', 'one\n\ntwo'],
  ];
  it.each(fine)('renders %j as %j', (source, text) => {
    expect(renderTemplate(aTemplate(source), scope).body).toBe(text);
  });

  it('does not read a value as a template, and breaks placeholders of the help desk', () => {
    const out = renderTemplate(aTemplate('Hello {{ v }}'), { v: '{{ a.secret }} {% raw %} {{ticket.comments}}' });
    expect(out.body).toBe('Hello { { a.secret }} { % raw %} { {ticket.comments}}');
    expect(out.html).not.toMatch(/\{[{%]/);
  });

  it('gives only own, listed values: prototypes are empty', () => {
    for (const path of ['a.constructor', 'a.__proto__', 'a.text.constructor', 'a.toString']) {
      expect(() => renderTemplate(aTemplate(`{{ ${path} }}`), scope)).toThrow(EmptyVariable);
    }
  });

  it('refuses to print a group of values, an empty message, an endless one', () => {
    expect(() => renderTemplate(aTemplate('{{ a }}'), scope)).toThrow(TemplateFailure);
    expect(() => renderTemplate(aTemplate('{% if a.none %}x{% endif %}'), scope)).toThrow(TemplateFailure);
    expect(() => renderTemplate(aTemplate(`{% for i in (1..900) %}${'x'.repeat(100)}{% endfor %}`), scope)).toThrow(
      /longer than/,
    );
  });

  it('escapes by channel and keeps the subject one line', () => {
    const mail = aTemplate('Hi {{ v }}', { channel: 'email', subject: 'API access: {{ v }}' });
    const out = renderTemplate(mail, { v: 'A & B\r\nBcc: x@evil.test <!channel>' });
    expect(out.subject).toBe('API access: A & B Bcc: x@evil.test <!channel>');
    expect(out.html).toBe('<p>Hi A &amp; B<br>\nBcc: x@evil.test &lt;!channel&gt;</p>');
    expect(renderTemplate(aTemplate('*{{ v }}*', { channel: 'slack' }), { v: '<!channel> & co' })).toEqual({
      subject: null,
      body: '*&lt;!channel&gt; &amp; co*',
      html: '',
    });
  });

  it('throws only its two kinds of error, whatever stands in the variables', () => {
    const template = aTemplate(
      'Hi {{ v }}, {{ w | default: "-" | truncate: 20 }} {% if w %}{{ w | upcase | replace: "A", "{{" }}{% endif %}{% for x in l %}{{ x | append: v }}{% endfor %}',
    );
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.array(fc.string()), (v, w, l) => {
        try {
          expect(renderTemplate(template, { v, w, l }).body).not.toMatch(/\{[{%]/);
        } catch (error) {
          expect(error instanceof EmptyVariable || error instanceof TemplateFailure).toBe(true);
        }
      }),
    );
  });
});

const bombs: Record<string, string> = {
  'an empty loop': '{% for i in (1..1000000000) %}{% endfor %}',
  'nested loops': `${'{% for i in (1..1000) %}'.repeat(4)}x${'{% endfor %}'.repeat(4)}`,
  'doubling by append': '{% assign a = "x" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
  'doubling by replace':
    '{% assign a = "xx" %}{% for i in (1..60) %}{% assign a = a | replace: "x", "xx" %}{% endfor %}{{ a }}',
  'a joined range': '{{ (1..100000000) | join: "," }}',
  'a date of great width': '{{ "2026-01-01" | date: "%9999999999d" }}',
  'a layout of itself': '{% layout "hello" %}{% block a %}{% endblock %}',
  'a rendered file': '{% render "../../etc/passwd" %}',
  'strip_html on a hostile body': '{{ v | strip_html }}',
  'ten thousand open ifs': '{% if v %}'.repeat(10_000),
  'three thousand nested ifs': `${'{% if v %}'.repeat(3_000)}x${'{% endif %}'.repeat(3_000)}`,
  'ten megabytes of text': 'x'.repeat(10_000_000),
  'much text in a long loop': `{% for i in (1..190000) %}${'x'.repeat(60_000)}{% endfor %}`,
  'splitting and joining': '{% assign a = v | split: "" | join: "xxxxxxxxxx" %}'.repeat(6),
};

describe('templates that want too much', () => {
  it.each(Object.entries(bombs))('end quickly and with a typed error: %s', (_name, source) => {
    const started = performance.now();
    let failure: unknown = null;
    try {
      renderTemplate(aTemplate(source), { v: '<!--'.repeat(5_000) });
    } catch (error) {
      failure = error;
    }
    const isHarmless = failure === null && source.startsWith('{% if v %}');
    expect(isHarmless || failure instanceof ProblemError || failure instanceof TemplateFailure).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('choosing a template by language', () => {
  const template = (locale: string) => aTemplate('Hi', { locale });
  const programme = aProgramme({
    templates: Object.fromEntries(['en', 'de', 'pt-BR'].map((l) => [`hello.reply.${l}`, template(l)])),
  });
  const rows: [ticket: string, found: string | undefined][] = [
    ['de-AT', 'de'],
    ['pt-br', 'pt-BR'],
    ['pt', 'en'],
    ['', 'en'],
    ['en-US', 'en'],
  ];
  it.each(rows)('a ticket in %j gets %s', (ticket, found) => {
    expect(pickTemplate(programme, 'hello', 'reply', [ticket])?.locale).toBe(found);
  });
  it('finds none for another name or channel', () => {
    expect(pickTemplate(programme, 'hello', 'slack', ['en'])).toBeNull();
    expect(pickTemplate(programme, 'bye', 'reply', ['en'])).toBeNull();
  });
});
