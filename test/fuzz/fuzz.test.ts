// Promises that hold for every input: nothing throws, nothing passes a limit, nobody is let in by chance.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { zendeskSignature } from '../../src/adapters/helpdesk/zendesk/signature.js';
import { zendeskDoor } from '../../src/app/doors.js';
import { buildMatchIndex, type MatchIndex } from '../../src/core/match/index-lists.js';
import { matchOrganization } from '../../src/core/match/match.js';
import { nameKey } from '../../src/core/match/normalize.js';
import {
  checkTemplate,
  EmptyVariable,
  parseTemplate,
  renderTemplate,
  TemplateFailure,
} from '../../src/core/template.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { listReader } from '../../src/lists/read-list.js';
import { ProblemError } from '../../src/problem.js';
import { splitFrontMatter } from '../../src/rulebook/load-templates.js';
import { parseYaml } from '../../src/rulebook/yaml-file.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { toJsonb } from '../../src/storage/jsonb.js';
import { run } from '../core/everbright.js';
import { directory } from '../core/fixtures.js';
import { startTestConsole, type TestConsole } from '../http/console-server.js';
import { ensureCompiled } from '../lists/compiled.js';
import { craftedZip, entriesOf, mapping, tidy, workbook } from '../lists/workbooks.js';
import { listInUse, query } from '../match/lists.js';
import { fuzz } from './fuzz.js';
import { edited, LIQUID, NAME, ruleFiles, TICKET, templateFiles, textOf, WEBHOOK, XML, YAML } from './inputs.js';

describe('webhooks of any kind', () => {
  const SECRET = 'secret';
  const seen: { ticketId: string; delivery: string }[] = [];
  const now = new Date('2026-11-22T12:00:00Z');
  let server: TestConsole;
  beforeAll(async () => {
    const quiet = () => {};
    const sightWebhook = async ({ ticketId }: { ticketId: string }, { id }: { id: string }) => {
      seen.push({ ticketId, delivery: id });
      return { caseId: `zendesk-${ticketId}`, isRepeat: false };
    };
    const zendesk = zendeskDoor(
      {
        ledger: { sightWebhook } as unknown as Parameters<typeof zendeskDoor>[0]['ledger'],
        reader: { name: 'zendesk' },
        clock: { now: () => now },
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        digest: (text) => `digest of ${text}`,
        checkpoint: async () => {},
        enqueue: () => {},
      },
      { secret: SECRET, allowTestSecret: false },
    );
    server = await startTestConsole({ webhooks: { zendesk }, limits: { webhooksPerMinute: 1e9 } });
  });
  afterAll(() => server?.close());

  fuzz('webhook', WEBHOOK, 120, async ({ body, isRaw, isSigned, headers }) => {
    seen.length = 0;
    const bytes = Buffer.from(body, isRaw ? 'latin1' : 'utf8');
    const answer = await fetch(`${server.address}/webhooks/zendesk`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: {
        'content-type': 'application/json',
        'x-zendesk-webhook-signature-timestamp': now.toISOString(),
        ...headers,
        'x-zendesk-webhook-signature': isSigned ? zendeskSignature(SECRET, now.toISOString(), bytes) : 'x'.repeat(44),
      },
    });
    await answer.arrayBuffer();
    expect([200, 400, 401, 415]).toContain(answer.status);
    expect(seen.length).toBe(answer.status === 200 ? 1 : 0);
    if (!isSigned) expect(answer.status).not.toBe(200);
    for (const { ticketId, delivery } of seen) {
      expect(ticketId).toMatch(/^\d{1,19}$/);
      expect(delivery).toMatch(/^[\x20-\x7e]{1,200}$/);
    }
  });
});

describe('tickets of any kind', () => {
  fuzz('ticket', TICKET, 30, (given) => {
    const ticket: Partial<TicketInput> = {
      subject: given.subject,
      body: given.body,
      tags: ['api-access'],
      requester: { name: given.name, email: given.email },
      organization: given.organization === null ? null : { id: '5', name: given.organization, domains: [] },
      fields: { Company: given.company },
      authentication: { dmarc: given.dmarc },
      messages: [{ id: '1', at: '2026-03-02T10:30:00Z', body: given.body, headers: given.headers }],
    };
    const { decision, effects, match } = run(ticket);
    if (given.dmarc === 'fail') expect(decision.kind).not.toBe('act');
    if (decision.kind === 'hold') expect([decision.reason !== '', effects]).toEqual([true, []]);
    for (const effect of effects) {
      if (!('text' in effect)) continue;
      expect(effect.text).not.toMatch(/\{[{%]|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\ue000-\ue004]|\p{Cs}/u);
      expect(effect.text.length).toBeLessThanOrEqual(20_000);
      if (effect.type === 'slack') expect(effect.text).not.toMatch(/<[!@#]/);
    }
    expect(match.listings.length > 0).toBe(match.verdict === 'listed');
    expect(toJsonb({ decision, effects, match })).not.toMatch(/(?<!\\)(\\\\)*\\(u0000|ud[89a-f])/);
  });
});

describe('workbooks of any kind, in the process that reads them', () => {
  const PARTS = [
    'xl/worksheets/sheet1.xml',
    'xl/workbook.xml',
    'xl/styles.xml',
    'xl/sharedStrings.xml',
    '[Content_Types].xml',
  ];
  let parts: ReturnType<typeof entriesOf>;
  beforeAll(async () => {
    ensureCompiled();
    parts = entriesOf(await workbook([tidy('Acme', 'Not approved'), tidy('Bolt', 'maybe'), tidy('Cord', null)]));
  }, 180_000);
  const damage = fc.record({
    part: fc.constantFrom(...PARTS),
    xml: XML,
    name: fc.constantFrom(null, null, null, null, '../x.xml', 'xl/Workbook.xml', 'xl/vbaProject.bin', 'a\0b.xml'),
    flip: fc.option(fc.nat(3_000), { nil: null, freq: 4 }),
  });

  fuzz('workbook', damage, 6, async ({ part, xml, name, flip }) => {
    const changed = parts.map((p) =>
      p.name === part ? { ...p, content: Buffer.from(edited(p.content.toString('utf8'), xml)) } : p,
    );
    const bytes = craftedZip(name === null ? changed : [...changed, { name, content: Buffer.from('<x/>') }]);
    if (flip !== null) bytes[flip % bytes.length]! ^= 0x55;
    const read = listReader({ heapMb: 256, timeoutMs: 20_000 });
    const result = await read(bytes, 'partners.xlsx', mapping(), '2026-11-22T12:00:00.000Z');
    if (result.kind === 'failed') {
      for (const p of result.problems)
        expect([p.code, p.fix]).toEqual([expect.stringMatching(/^list-/), expect.stringMatching(/./)]);
      // The process may not die of a file: what it cannot read it refuses.
      expect(result.problems.map((p) => p.code)).not.toContain('list-reader-died');
    } else {
      expect(result.snapshot.listings.length).toBeGreaterThan(0);
      expect(result.snapshot.listings.every((l) => (l.status === null) !== (l.statusProblem === null))).toBe(true);
    }
  });
});

describe('rule files of any kind', () => {
  const file = fc.record({ file: fc.constantFrom(...ruleFiles), edits: YAML });
  fuzz('yaml', file, 40, ({ file, edits }) => {
    const { value, problems, place } = parseYaml(edited(textOf(file), edits), file);
    expect(value === undefined || problems.length === 0).toBe(true);
    for (const p of problems) expect([p.file, p.line! > 0, p.fix !== '']).toEqual([file, true, true]);
    expect(place(['rules', 0, 'then', 3]).line).toBeGreaterThan(0);
  });
});

describe('templates of any kind', () => {
  const scope = {
    requester: { name: 'Ann {{ x', email: 'a@b.example' },
    organization: { name: '<!channel>' },
    ticket: { url: null, fields: {} },
    x: 'x'.repeat(300),
  };
  const file = fc.record({ file: fc.constantFrom(...templateFiles), edits: LIQUID });
  fuzz('template', file, 60, ({ file, edits }) => {
    const { body } = splitFrontMatter(textOf(file));
    try {
      const template = parseTemplate(edited(body, edits), { name: 'x', channel: 'reply', locale: 'en', file });
      for (const p of checkTemplate(template)) expect([p.file, p.line! > 0]).toEqual([file, true]);
      expect(renderTemplate(template, scope).body.length).toBeLessThanOrEqual(30_000);
    } catch (error) {
      const isTyped = [ProblemError, TemplateFailure, EmptyVariable].some((kind) => error instanceof kind);
      if (!isTyped) throw error;
    }
  });
});

describe('organization names of any kind', () => {
  const companies = Object.values(sampleCompanies);
  let index: MatchIndex;
  beforeAll(() => {
    index = buildMatchIndex(
      [
        listInUse(
          'sellers',
          companies.map(({ name }) => ({ name })),
        ),
      ],
      directory,
    );
  });
  const keys = new Set(companies.flatMap(({ name }) => nameKey(name).parts.map((p) => p.key)));

  fuzz('name', NAME, 300, ({ base, edits }) => {
    const written = edited(base, edits);
    const { problem, parts } = nameKey(written);
    const match = matchOrganization(query({ record: written, form: written }), index);
    if (match.verdict === 'listed') expect([problem, parts.some((p) => keys.has(p.key))]).toEqual([null, true]);
    expect(['listed', 'unlisted', 'ambiguous', 'unidentified']).toContain(match.verdict);
    if (problem !== null && problem !== 'no-name') expect(match.verdict).toBe('ambiguous');
  });
});
