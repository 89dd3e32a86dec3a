// The Energy Smart Pro programme as shipped: clean, every scenario as written, keys spoken of and never sent, samples with a list of their own.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleSheetsOf } from '../../src/app/sample-sheets.js';
import { samplesOf } from '../../src/app/samples-of.js';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { writeSheet } from '../../src/sandbox/write-sheet.js';
import { read } from '../lists/workbooks.js';

const name = 'energy-smart-pro-api';
const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [name] });
const programme = loaded.rulebook?.programmes[0];
const results = programme ? runScenarios(loaded.rulebook!, programme, loaded.byProgramme[name]!.scenarios) : [];

describe('the Energy Smart Pro programme', () => {
  it('has no errors, and warns of sample people only', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
    expect([...new Set(loaded.problems.map((p) => p.code))]).toEqual(['sample-directory']);
  });

  it('ships at least 15 scenarios, which reach every rule but those for strange evidence', () => {
    expect(results.length).toBeGreaterThanOrEqual(15);
    const reached = new Set(results.map((r) => r.triage.decision.rule));
    expect(programme!.rules.map((r) => r.id).filter((id) => !reached.has(id))).toEqual(['ambiguous', 'no-rule']);
  });

  it('tells the partner at each stage', () => {
    const staged = programme!.rules.filter((rule) => rule.stage !== null);
    expect(new Set(staged.map((rule) => rule.stage))).toEqual(new Set(programme!.stages));
    for (const rule of staged) expect(rule.then.map((e) => e.type)).toContain('reply');
  });

  it('asks whoever sent a key to replace it, in every answer to a message', () => {
    const answers = results.flatMap(({ triage }) =>
      (triage.facts.message.credentials as string[]).length > 0
        ? triage.effects.flatMap((e) => (e.type === 'reply' ? [e.text] : []))
        : [],
    );
    expect(answers.length).toBeGreaterThanOrEqual(2);
    for (const text of answers) expect(text).toContain('Please replace them');
  });

  it('brings samples for the sandbox, and their list as it is then read', async () => {
    const { programmes } = await samplesOf({ rulesDir: 'rules', programmes: [name] });
    expect(programmes.tickets[name]!.length).toBeGreaterThanOrEqual(6);
    const folder = await mkdtemp(join(tmpdir(), 'usher-sheets-'));
    const settings = { RULES_DIR: 'rules', TEMPLATES_DIR: 'templates', PROGRAMMES: [name], DATA_DIR: folder };
    const [sheet, ...more] = await sampleSheetsOf(settings, new Date('2027-06-01T10:00:00Z'));
    await writeSheet(sheet!);
    const { listings, lint } = await read(await readFile(sheet!.path), programme!.lists[0]!);
    await rm(folder, { recursive: true });
    expect([more, lint]).toEqual([[], []]);
    expect(listings.map((l) => [l.name, l.approval?.until])).toEqual(
      expect.arrayContaining([
        // The days lie from today as they lie from the scenarios' own: one ends soon, one is over.
        ['Harbor Light Consulting LLC', '2027-06-10'],
        ['Larch Quote Works', '2027-05-30'],
        ['Northwind Energy Brokers', undefined],
      ]),
    );
    expect(listings.find((l) => l.name === 'Granite Rate Advisors')).toMatchObject({
      status: 'pending',
      domains: ['graniterate.example'],
      values: { 'account-manager': 'dana.reyes@energysmartpro.example' },
    });
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
