// `usher check` and `usher try`, on the shipped rules with the sandbox's sample lists, and on broken files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/commands/check.js';
import { tryCommand } from '../../src/commands/try.js';
import { ProblemError } from '../../src/problem.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { openWorkspace, RULES } from './workspace.js';

let dataDir: string;
let emptyDir: string;
const shipped = { rulesDir: 'rules', templatesDir: 'templates', programmes: ['everbright-api-access'] };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-data-'));
  emptyDir = await mkdtemp(join(tmpdir(), 'usher-empty-'));
  await writeSampleLists(join(dataDir, 'lists'));
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await rm(emptyDir, { recursive: true, force: true });
});

interface CheckJson {
  ok: boolean;
  problems: { code: string; severity: string; file?: string }[];
  programmes: { name: string; ok: boolean; rules: string[]; scenarios: { passed: boolean }[] }[];
  lists: { name: string; rows: number | null }[];
}

describe('usher check', () => {
  it('runs the scenarios on whatever help desk the people of the directory work', async () => {
    const space = await openWorkspace();
    try {
      await space.edit('rules/directory.yaml', 'sandbox: "9001"', 'zendesk: "360009001"');
      const { text } = await checkCommand({
        rulesDir: space.path('rules'),
        templatesDir: space.path('templates'),
        programmes: shipped.programmes,
        dataDir,
      });
      expect(text).toMatch(/(\d+) of \1 scenarios pass/);
    } finally {
      await space.remove();
    }
  });

  it('is clean on what is shipped, with warnings only, and counts what it looked at', async () => {
    const { ok, text, json } = await checkCommand({ ...shipped, dataDir });
    const said = json as CheckJson;
    expect(said.problems.filter((p) => p.severity === 'error')).toEqual([]);
    expect(ok).toBe(true);
    expect(text).toMatch(/everbright-api-access: \d+ rules, \d+ templates, (\d+) of \1 scenarios pass/);
    expect(text).toMatch(/api-tracker: \d+ rows in /);
    expect(text).toMatch(/Clean, \d+ warnings$/);
    expect(said.lists.map((l) => l.name)).toEqual(['api-tracker', 'approved-sellers']);
    expect(said.lists.every((l) => (l.rows ?? 0) > 10)).toBe(true);
  });

  it('warns that lists are not there yet, and says where they come from', async () => {
    const { ok, text, json } = await checkCommand({ ...shipped, dataDir: emptyDir });
    expect(ok).toBe(true);
    expect((json as CheckJson).problems.filter((p) => p.code === 'list-file-missing')).toHaveLength(2);
    expect(text).toContain('the sandbox writes samples at its first start');
  });

  it('fails on an unreadable list', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'usher-torn-'));
    await writeSampleLists(join(folder, 'lists'));
    await writeFile(join(folder, 'lists', 'Approved Sellers.xlsx'), 'this is no workbook');
    const { ok, json } = await checkCommand({ ...shipped, dataDir: folder });
    expect(ok).toBe(false);
    expect((json as CheckJson).lists[1]!.rows).toBeNull();
    await rm(folder, { recursive: true });
  });

  it('fails on a mistake, names file, line and column, and on a scenario that comes out otherwise', async () => {
    const space = await openWorkspace();
    await space.edit(RULES, '    outcome: thanked', '    outcom: thanked');
    const broken = await checkCommand({ ...space, dataDir: emptyDir });
    expect(broken.ok).toBe(false);
    expect(broken.text).toMatch(
      /rules\.yaml:\d+:5 {2}error unknown-key: unknown field "outcom"; did you mean "outcome"\?/,
    );
    await space.edit(RULES, '    outcom: thanked', '    outcome: thankful');
    const otherwise = await checkCommand({ ...space, dataDir: emptyDir });
    expect(otherwise.ok).toBe(false);
    expect(otherwise.text).toMatch(/after-a-decline\.yaml:\d+:?.* error scenario-failed: "Mere thanks close/);
    await space.remove();
  });
});

interface TryJson {
  decision: Record<string, unknown>;
  match: Record<string, unknown>;
  effects: { type: string; text?: string }[];
  trace: { rule: string; answer: string }[];
  versions: { rulebook: string; lists: Record<string, string> };
}

describe('usher try', () => {
  const options = { ...shipped, ticketFile: 'test/fixtures/ticket.json', now: new Date('2026-03-02T10:00:00Z') };

  it('prints decision, match, effects, trace and versions, and nothing else', async () => {
    const { json, text, ok } = await tryCommand({ ...options, dataDir });
    const said = json as TryJson;
    expect(ok).toBe(true);
    expect(Object.keys(said)).toEqual(['decision', 'match', 'effects', 'trace', 'versions']);
    expect(Object.keys(said.decision)).toEqual(['kind', 'programme', 'rule', 'outcome', 'reason']);
    expect(Object.keys(said.match)).toEqual(['verdict', 'listings', 'evidence', 'candidates']);
    expect(said.decision).toMatchObject({
      kind: 'act',
      programme: 'everbright-api-access',
      rule: 'new-integration',
      outcome: 'passed-to-api-integrations',
    });
    expect(said.effects.map((e) => e.type)).toEqual(['reply', 'note', 'assign']);
    expect(said.effects[0]!.text).toContain('Hello Dana Whitlock');
    expect(said.trace.at(-1)).toMatchObject({ rule: 'new-integration', answer: 'yes' });
    expect(said.versions.rulebook).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(said.versions.lists)).toEqual(['api-tracker', 'approved-sellers']);
    expect(text).toContain('Rule: new-integration');
    expect(text).toContain('Hello Dana Whitlock');
  });

  it('holds while the lists are not there', async () => {
    const { json } = await tryCommand({ ...options, dataDir: emptyDir });
    expect((json as TryJson).decision.kind).toBe('hold');
    expect((json as TryJson).effects).toEqual([]);
  });

  it.each([
    ['no JSON', '{\n  "id": "1",\n  "subject" "x"\n}', 'ticket-syntax', 3],
    ['an unfinished file', '{\n  "id": "1",', 'ticket-syntax', 2],
    ['a mistyped key', '{\n  "id": "1",\n  "subjct": "x"\n}', 'unknown-key', 3],
    ['a wrong value', '{\n  "id": "1",\n  "requester": {\n    "email": 5\n  }\n}', 'invalid-value', 4],
    ['no id', '{ "subject": "x" }', 'missing-key', 1],
    ['a list', '[]', 'invalid-value', 1],
  ])('says where a ticket file is wrong: %s', async (_what, text, code, line) => {
    const ticketFile = join(emptyDir, 'ticket.json');
    await writeFile(ticketFile, text);
    const thrown = await tryCommand({ ...options, ticketFile, dataDir: emptyDir }).catch((error) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problems[0]).toMatchObject({ code, line });
  });

  it('says that a ticket file is missing', async () => {
    const thrown = await tryCommand({ ...options, ticketFile: 'nowhere.json', dataDir }).catch((error) => error);
    expect((thrown as ProblemError).problems[0]).toMatchObject({ code: 'ticket-missing', file: 'nowhere.json' });
  });
});
