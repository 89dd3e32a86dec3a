// The labelled cases: automatic answers must all be right; what is left to people is counted and shown.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureMatching } from '../../src/commands/match-measure.js';

const measure = measureMatching(readFileSync(new URL('./labelled.yaml', import.meta.url), 'utf8'));

describe('labelled matching cases', () => {
  it('are at least 300 and exercise every tier', () => {
    expect(measure.cases).toBeGreaterThanOrEqual(300);
    expect(measure.rows.map((r) => r.tier)).toEqual(['1', '2', '3', '4', '5', 'none', 'all']);
  });

  it('are never answered wrongly', () => {
    expect(measure.wrong).toEqual([]);
    for (const row of measure.rows) expect(row.precision).toBe(1);
  });

  it('are answered without a person often enough to be of use, and typed or similar names never', () => {
    const row = (tier: string) => measure.rows.find((r) => r.tier === tier)!;
    expect(row('1').abstained).toBe(0);
    expect(row('all').automatic).toBeGreaterThanOrEqual(170);
    expect(row('all').abstained).toBeLessThanOrEqual(12);
    expect(row('4').automatic).toBe(0);
    expect(row('5').automatic).toBe(0);
    expect(measure.otherHold).toEqual([]);
  });

  it('are shown as a table with each abstention named', () => {
    expect(measure.table).toMatch(/^tier +cases +automatic +right +precision +abstained\n1 /);
    for (const d of measure.abstained) expect(measure.table).toContain(d.id);
  });

  it('count a wrong automatic answer as wrong', () => {
    const yaml = `directory: { intermediaries: [], own: {}, freeMail: [] }
lists: [{ name: a, title: A, sheet: S, rows: [{ row: 2, name: Acme Solar, status: approved }] }]
groups: [{ title: planted, tier: 3, cases: [{ record: Acme Solar, expect: unlisted }, { record: Acme, expect: listed }] }]`;
    const planted = measureMatching(yaml);
    expect(planted.wrong).toHaveLength(1);
    expect(planted.rows[0]).toMatchObject({ cases: 2, automatic: 1, right: 0, precision: 0, abstained: 1 });
  });
});
