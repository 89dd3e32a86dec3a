// Request fields: what people write into subjects and mails, and what is read from it; a row a case.
import { describe, expect, it } from 'vitest';
import { readFact } from '../../src/core/condition-test.js';
import { readRequest } from '../../src/core/request/read-request.js';
import { requestFacts } from '../../src/core/request/request-facts.js';
import type { RequestSpec } from '../../src/core/request/request-spec.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { run } from './everbright.js';
import { aField, aProgramme, aRule, aTicket, intent, test_ } from './fixtures.js';

const spec: RequestSpec = {
  subjects: [['organization', 'task', 'platform']],
  fields: [
    aField('organization', {
      required: true,
      many: true,
      claim: true,
      labels: ['Organization', 'Org', 'Sub-org'],
      titles: ['Company'],
    }),
    aField('task', {
      required: true,
      labels: ['Task', 'Objective'],
      values: [
        { value: 'integration', wordings: ['integration', 'new integration', 'integrate', 'enable a new integration'] },
        { value: 'mapping', wordings: ['mapping', 'project mapping', 'modify mapping', 'modify project mapping'] },
      ],
    }),
    aField('platform', {
      required: true,
      many: true,
      phrases: [{ value: 'sunpath', wordings: ['with Sun Path'] }],
      labels: ['Platform', 'Platforms'],
      values: [
        { value: 'sunpath', wordings: ['sunpath', 'Sun Path', 'Sunpath CRM'] },
        { value: 'gridworks', wordings: ['gridworks', 'Grid Works'] },
        { value: 'platform-x', wordings: ['platform-x', 'Platform X'] },
      ],
    }),
  ],
};

const read = (ticket: Partial<TicketInput>) => requestFacts(readRequest(aTicket({ body: '', ...ticket }), spec));
const subject = (text: string) => {
  const { organization, task, platform } = read({ subject: text });
  return { organization, task, platform };
};

const acme = { organization: ['Acme Solar LLC'], task: 'integration', platform: ['sunpath'] };

describe('a subject', () => {
  it.each([
    ['[Acme Solar LLC] + [Integration] + [Sunpath]'],
    ['Acme Solar LLC + Integration + Sunpath'],
    ['Acme Solar LLC+Integration+Sunpath'],
    ['Acme Solar LLC | integration | SunPath CRM | '],
    ['Re: Fwd: Acme Solar LLC - New Integration - Sun Path'],
    ['AW: [EXTERNAL] WG: Acme Solar LLC – Integration – Sunpath'],
    ['Sunpath + Integration + Acme Solar LLC'],
    ['[Integration] [Sunpath] [Acme Solar LLC]'],
    ['Acme Solar LLC: integration with Sunpath'],
    ['Acme Solar LLC Integration with Sunpath'],
    ['Integration with Sunpath for Acme Solar LLC'],
    ['Request for new integration with Sunpath for Acme Solar LLC'],
    ['Acme Solar LLC / integrate / Sunpath'],
  ])('%s', (text) => {
    expect(subject(text)).toEqual(acme);
  });

  it.each([
    ['Solar Sales Org Integration with Platform x', ['Solar Sales Org'], 'integration', ['platform-x']],
    [
      '[Smith & Sons-Roofing, Inc.] + [Mapping] + [Grid Works, Sunpath]',
      ['Smith & Sons-Roofing, Inc.'],
      'mapping',
      ['gridworks', 'sunpath'],
    ],
    ['Acme + Integration + Sunpath and Grid Works', ['Acme'], 'integration', ['sunpath', 'gridworks']],
    ['Acme East + Acme West + modify project mapping + Sunpath', ['Acme East', 'Acme West'], 'mapping', ['sunpath']],
    // A platform's name within an organization's is not that platform.
    ['Sunpath Installers + Integration + Grid Works', ['Sunpath Installers'], 'integration', ['gridworks']],
    ['acme + integration', ['acme'], 'integration', null],
    // Nothing is guessed from a sentence.
    ['Question about integration with Sunpath', null, 'integration', ['sunpath']],
    ['How does integration with Sunpath work?', null, 'integration', ['sunpath']],
    ['Need help', null, null, null],
    ['', null, null, null],
    ['[Organization] + [Task] + [Platform]', null, null, null],
  ] as const)('%s', (text, organization, task, platform) => {
    expect(subject(text)).toEqual({ organization, task, platform });
  });

  it('with a platform nobody knows says so, by the place where it stands', () => {
    const facts = read({ subject: 'Acme + Integration + Moonbeam' });
    expect(facts).toMatchObject({ organization: ['Acme'], platform: null, unclear: ['platform'], missing: [] });
    expect(facts.strange).toMatchObject({ platform: ['Moonbeam'] });
  });

  it('with two tasks contradicts itself', () => {
    expect(read({ subject: 'Acme + Integration + Mapping + Sunpath' })).toMatchObject({
      task: null,
      unclear: ['task'],
    });
  });
});

describe('a mail', () => {
  const body = (text: string) => read({ subject: 'Hello', body: text });

  it.each([
    ['labels', 'Organization: Acme Solar LLC\nObjective: enable a new integration\nPlatform: Sunpath'],
    ['one line', 'Org: Acme Solar LLC; Task: integrate; Platform = Sun Path'],
    ['bullets and stars', '* **Organization:** Acme Solar LLC\n- Task: Integration\n- Platform: "Sunpath"'],
    ['a list below', 'Our organization:\n\n  - Acme Solar LLC\n\nTask: integration\nPlatforms:\n- Sunpath\n\nThanks'],
    ['brackets', 'Organization: [Acme Solar LLC]\nTask: [Integration]\nPlatform: [Sunpath]'],
    ['running text', 'Organization: Acme Solar LLC\nTask: integration\n\nPlease connect us with Sun Path.'],
  ])('with %s', (_name, text) => {
    expect(body(text)).toMatchObject({ ...acme, missing: [], unclear: [] });
  });

  it('takes several sub-organizations, and keeps a comma before a legal form', () => {
    const facts = body('Sub-org(s): Acme East, LLC; Acme West, Inc., Acme North\nTask: mapping\nPlatform: Sunpath');
    expect(facts.organization).toEqual(['Acme East, LLC', 'Acme West, Inc.', 'Acme North']);
  });

  it('says what is missing, and where the rest was read', () => {
    const facts = read({ subject: 'Acme + Integration + Sunpath', fields: { Company: 'Acme, Inc.' } });
    expect(facts).toMatchObject({
      organization: ['Acme, Inc.'],
      sources: { organization: 'form field "Company", subject' },
    });
    expect(body('We would like to integrate.').missing).toEqual(['organization', 'task', 'platform']);
  });

  it('does not read what it quotes', () => {
    expect(body('Hello\n> Platform: Sunpath\n> Task: mapping').missing).toEqual(['organization', 'task', 'platform']);
  });

  it('contradicts the subject', () => {
    expect(read({ subject: 'Acme + Integration + Sunpath', body: 'Task: mapping' })).toMatchObject({
      task: null,
      unclear: ['task'],
    });
  });

  it('is completed by an answer, whose word counts where it speaks', () => {
    const at = (n: number) => `2026-03-02T1${n}:00:00Z`;
    const facts = read({
      subject: 'Acme + Integration',
      body: 'Hello',
      messages: [
        { id: '1', at: at(0), author: 'requester', body: 'Hello' },
        { id: '2', at: at(1), author: 'agent', body: 'Platform: Grid Works' },
        { id: '3', at: at(2), author: 'requester', body: 'Platform: Sunpath\nTask: mapping' },
      ],
    });
    expect(facts).toMatchObject({ organization: ['Acme'], task: 'mapping', platform: ['sunpath'], missing: [] });
  });

  it('says nothing with a placeholder', () => {
    expect(body('Organization: n/a\nTask: tbd\nPlatform: [Platform]').missing).toContain('organization');
  });

  it('takes nothing for a value that is never one', () => {
    const fields = spec.fields.map((field) => (field.claim ? { ...field, ignore: ['Acme Portal'] } : field));
    const readings = readRequest(aTicket({ subject: 'Acme Portal integration', body: 'Org: acme portal' }), {
      ...spec,
      fields,
    });
    expect(requestFacts(readings)).toMatchObject({ organization: null, task: 'integration' });
    expect(read({ subject: 'Acme Portal integration' }).organization).toEqual(['Acme Portal']);
  });

  it('is read in time that grows with its length only', () => {
    const hostile = [
      'Organization:'.repeat(40_000),
      '[+|'.repeat(100_000),
      `${'Sun '.repeat(100_000)}Path`,
      'a:=:'.repeat(90_000),
    ];
    for (const text of hostile) {
      const facts = read({ subject: text, body: text });
      expect(JSON.stringify(facts).length).toBeLessThan(20_000);
    }
  });
});

describe('what was read', () => {
  const programme = aProgramme({
    request: spec,
    intents: [intent],
    rules: [
      aRule({ id: 'ask', when: test_('request.missing', 'exists', true) }),
      aRule({ id: 'known', when: test_('request.platform', 'is', 'sunpath') }),
    ],
  });
  const labelled = 'API access\nTask: integration\nPlatform: Sunpath';

  it('is a fact for rules, with its source', () => {
    const { decision, facts } = run({ body: `${labelled}\nOrganization: Violet Harbor` }, { programme });
    expect(decision.rule).toBe('known');
    expect(decision.trace.at(-1)!.why).toContain('(from text)');
    expect(readFact(facts, 'request.organization')).toEqual(['Violet Harbor']);
    expect(run({ body: labelled }, { programme }).decision.rule).toBe('ask');
  });

  it('is a claim: it lets nobody in', () => {
    const { match } = run(
      {
        subject: 'API access',
        body: `${labelled}\nSub-org: Bright Roofing Inc`,
        requester: { name: 'X', email: 'x@gmail.com' },
      },
      { programme },
    );
    expect(match.verdict).toBe('unidentified');
    expect(match.evidence.filter((e) => e.supports).map((e) => e.tier)).toEqual([4, 5]);
    expect(match.evidence.map((e) => e.source)).toContain('"organization" of the request (text)');
  });
});

it('takes a day or a number as a value, and no placeholder', () => {
  const day = { subjects: [], fields: [aField('go-live', { labels: ['Go-live date'] })] };
  const of = (body: string) => requestFacts(readRequest(aTicket({ body }), day))['go-live'];
  expect([of('Go-live date: 2026-05-01'), of('Go-live date: 12')]).toEqual(['2026-05-01', '12']);
  expect([of('Go-live date: n/a'), of('Go-live date: ---')]).toEqual([null, null]);
});
