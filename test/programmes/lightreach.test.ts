// The LightReach programme as shipped: clean, every scenario as written, and samples of its own in the sandbox.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleSheetsOf } from '../../src/app/sample-sheets.js';
import { samplesOf } from '../../src/app/samples-of.js';
import { readListsOnDisk, toListInUse } from '../../src/commands/lists-on-disk.js';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { writeSheet } from '../../src/sandbox/write-sheet.js';
import { readSettings } from '../../src/settings.js';

const name = 'lightreach';
const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [name] });
const programme = loaded.rulebook!.programmes[0]!;
const results = runScenarios(loaded.rulebook!, programme, loaded.byProgramme[name]!.scenarios);

describe('the LightReach programme', () => {
  it('has no errors, and warns of sample people only', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
    expect([...new Set(loaded.problems.map((p) => p.code))]).toEqual(['sample-directory']);
  });

  it('ships at least 15 scenarios, which reach every rule', () => {
    expect(results.length).toBeGreaterThanOrEqual(15);
    const reached = new Set(results.map((r) => r.triage.decision.rule));
    expect(programme.rules.map((r) => r.id).filter((id) => !reached.has(id))).toEqual([]);
  });

  it('asks nobody for approval but admins of licensed rows and the lead', () => {
    const asked = new Set(results.flatMap(({ triage }) => triage.approval?.approvers.map((a) => a.address) ?? []));
    expect([...asked].sort()).toEqual([
      'boss@solarsalesorg.example',
      'jordan.ellis@lightreach-team.example',
      'ops@solarsalesorg.example',
    ]);
  });

  it('sends the activation only after the permissions are confirmed, whoever asked', () => {
    const early = results.filter(({ triage: { effects, facts } }) => {
      const { permissions } = facts.case.approvals as { permissions: string };
      return permissions !== 'approved' && effects.some((e) => e.type === 'reply' && e.template === 'activation');
    });
    expect(early).toEqual([]);
  });

  it('brings sample tickets and a sample list of its own, which the reader takes as they are', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'usher-lightreach-'));
    try {
      const settings = readSettings({ HELPDESK: 'sandbox', PROGRAMMES: `${name},everbright-api-access`, DATA_DIR });
      const { programmes } = await samplesOf({ rulesDir: 'rules', programmes: [name, 'everbright-api-access'] });
      expect(programmes.tickets[name]!.length).toBeGreaterThanOrEqual(10);
      expect(programmes.withOwn).toBe(true);
      const sheets = await sampleSheetsOf(settings);
      expect(sheets.map((s) => s.sheet)).toEqual(['Organizations']);
      for (const sheet of sheets) await writeSheet(sheet);
      const [list] = (await readListsOnDisk(programme.lists, DATA_DIR, new Date())).map(toListInUse);
      expect(list!.problem).toBeNull();
      const east = list!.snapshot!.listings.find((l) => l.name === 'Solar Sales East')!;
      expect(east).toMatchObject({
        status: 'sub-organization',
        domains: ['sse.example'],
        admins: ['eve@sse.example'],
        values: { kind: 'team', parent: 'Solar Sales Org LLC' },
      });
      expect(list!.snapshot!.listings.find((l) => l.name === 'Solar Sales Org LLC')!.admins).toHaveLength(2);
    } finally {
      await rm(DATA_DIR, { recursive: true });
    }
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
