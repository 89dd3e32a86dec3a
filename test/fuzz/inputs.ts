// Arbitrary inputs for fuzzing, all of them plain JSON: what fails is kept in a file and played again.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';

/** A text changed in places: where (0..1), how many characters go, what comes. */
export interface Edit {
  at: number;
  drop: number;
  put: string;
}

/** The text with the edits made one after the other. */
export function edited(text: string, edits: Edit[]): string {
  return edits.reduce((old, { at, drop, put }) => {
    const from = Math.floor(at * old.length);
    return old.slice(0, from) + put + old.slice(from + drop);
  }, text);
}

const edits = (pieces: string[], maxLength: number): fc.Arbitrary<Edit[]> =>
  fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(12),
      put: fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ unit: 'binary', maxLength: 6 }),
        fc
          .tuple(fc.constantFrom(...pieces), fc.integer({ min: 2, max: 3_000 }))
          .map(([s, n]) => s.repeat(n).slice(0, 20_000)),
      ),
    }),
    { minLength: 1, maxLength },
  );

const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith(ending))
    .sort()
    .map((f) => join(folder, f));

export const ruleFiles = filesOf('rules', '.yaml');
export const templateFiles = filesOf('templates', '.liquid');
export const textOf = (path: string): string => readFileSync(path, 'utf8');

export const YAML = edits(
  [
    ...'[]{}-?:&*!|>\'"%@`#,\n\t ',
    '- ',
    '? ',
    '": "',
    '["]",',
    '<<: *a',
    '&a ',
    '*a',
    '!!js ',
    '__proto__: ',
    '---\n',
    '%YAML 1.1\n',
    '\u202e',
  ],
  5,
);
export const LIQUID = edits(
  [
    '{{',
    '}}',
    '{%',
    '%}',
    '{% if x %}',
    '{% endif %}',
    '{% for i in (1..9999999) %}',
    '{% endfor %}',
    '{% assign a = a | append: a %}',
    ' | replace: "a", "aa"',
    '[',
    '(',
    '"',
    '|',
    '..',
    '.constructor',
    'ticket.fields',
    '{% comment %}',
    '{# ',
    '\n---\n',
  ],
  5,
);
export const XML = edits(
  [
    '<',
    '>',
    '"',
    '</c>',
    '<f>',
    '</row>',
    '<row r="2">',
    '<c r="E2">',
    '&',
    '&#0;',
    '&#xD800;',
    '&lt;',
    '<v>0</v>',
    '<is><t>x</t></is>',
    ' t="d"',
    '<mergeCell ref="A1:XFD9"/>',
    '<!--',
    ']]>',
    '<![CDATA[',
    'r:id="rId1"',
    'count="99999999"',
    '<row r="1048576"><c r="XFD1048576"/></row>',
  ],
  4,
);

const names = Object.values(sampleCompanies).map((c) => c.name);
export const NAME = fc.record({
  base: fc.constantFrom(...names),
  edits: edits(
    [
      '\u0430',
      '\u03bf',
      '\u200b',
      '\u00ad',
      '\u202e',
      ' ',
      '-',
      '&',
      ' Inc',
      ' GmbH',
      ' d/b/a ',
      '.',
      '1',
      'l',
      'rn',
      '\uff21',
      '\0',
      '%',
      '*',
      '(?i)',
    ],
    2,
  ),
});

const mailText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'API access',
        'Company: ',
        'on behalf of ',
        '\r\n',
        '> ',
        'Phone: +1 619 555 0100',
        'San Diego, CA',
        '{{',
        '{%',
        '<!channel>',
        '-- \n',
        '\0',
        '\ud800',
        '😀',
        '\u202e',
        'https://evil.test',
        'From: a@b.example',
        'Re: ',
        ',',
        ';',
        '"',
        '<',
        '>',
        '@',
        ...names,
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc
        .tuple(
          fc.constantFrom(' ', '\n', 'a', '1', '(', '>', '+1 ', 'Company: ', 'On '),
          fc.integer({ min: 100, max: 20_000 }),
        )
        .map(([s, n]) => s.repeat(n)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
export const TICKET = fc.record({
  subject: mailText,
  body: mailText,
  name: mailText,
  email: fc.oneof(
    mailText,
    fc.constantFrom('dana@bright-roofing.example', 'vera@violet-harbor.example', 'a@gmail.com'),
  ),
  organization: fc.option(mailText, { nil: null }),
  company: mailText,
  headers: fc.dictionary(
    fc.constantFrom(
      'auto-submitted',
      'reply-to',
      'return-path',
      'precedence',
      'to',
      'x-loop',
      'authentication-results',
      '__proto__',
      'from',
    ),
    mailText,
  ),
  dmarc: fc.constantFrom('pass', 'fail', 'none', 'unknown'),
});

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .tuple(fc.constantFrom('ticket_id', 'detail', '__proto__', 'id', 'subject', 'type'), fc.jsonValue({ maxDepth: 3 }))
    .map(([k, v]) => JSON.stringify({ ticket_id: '7', [k]: v })),
  fc
    .record({
      id: fc.string({ unit: 'binary', maxLength: 300 }),
      subject: fc.constantFrom('zen:ticket:7', 'zen:ticket:x'),
      type: fc.constantFrom('zen:event-type:ticket.created', 'zen:event-type:user.created'),
    })
    .map((event) => JSON.stringify(event)),
);
export const WEBHOOK = fc.record({
  /** As text; sent as latin1 bytes where `isRaw`. */
  body: fc.oneof(
    json,
    json.chain((text) =>
      edits(['\0', '\\u0000', '\\ud800', '{', '[', '"', '\ufeff', 'NaN'], 3).map((e) => edited(text, e)),
    ),
    fc.string({ unit: 'binary', maxLength: 200 }),
  ),
  isRaw: fc.boolean(),
  isSigned: fc.boolean(),
  headers: fc.dictionary(
    fc.constantFrom(
      'x-zendesk-webhook-invocation-id',
      'content-encoding',
      'content-type',
      'x-zendesk-webhook-signature-timestamp',
      'transfer',
      'accept',
    ),
    fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
    { maxKeys: 2 },
  ),
});
