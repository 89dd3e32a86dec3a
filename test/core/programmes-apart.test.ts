// Programmes named beside each other: each is matched against its own lists, and sees nothing of the others'.
import { describe, expect, it } from 'vitest';
import { matchAsked, programmeAsked } from '../../src/core/match/match-asked.js';
import { buildMatchIndexes, indexFor } from '../../src/core/match/programme-indexes.js';
import { firstSight, triage } from '../../src/core/triage.js';
import { ProblemError } from '../../src/problem.js';
import { inUse } from './everbright.js';
import { aList, aListing, aProgramme, aRule, aRulebook, aTicket, intent, NOW } from './fixtures.js';

const roofing = aProgramme({
  name: 'roofing',
  lists: [aList('roofers')],
  rules: [aRule({ id: 'any' })],
  receives: { intent: 'api-access-request', scope: { tags: ['roofing'] }, events: [] },
});
const wiring = aProgramme({
  name: 'wiring',
  lists: [aList('wirers')],
  rules: [aRule({ id: 'any' })],
  receives: { intent: 'api-access-request', scope: { tags: ['wiring'] }, events: [] },
});
const rulebook = aRulebook(roofing, wiring);
const roofer = aListing({ list: 'roofers', name: 'Bright Roofing Inc', domains: ['bright-roofing.example'] });
const wirer = aListing({ list: 'wirers', name: 'Bright Roofings', domains: ['bright-roofings.example'] });
const lists = [inUse('roofers', [roofer]), inUse('wirers', [wirer])];
const indexes = buildMatchIndexes(lists, rulebook);

function run(tags: string[]) {
  const ticket = aTicket({
    tags,
    organization: { id: '1', name: 'Bright Roofing Inc', domains: ['bright-roofing.example'] },
  });
  return triage({ ticket, caseFacts: firstSight, lists, indexes, rulebook, now: NOW });
}

describe('a ticket', () => {
  it('is matched against the lists of the programme that takes it', () => {
    const { match, versions } = run(['roofing']);
    expect(match.verdict).toBe('listed');
    expect(Object.keys(match.lists)).toEqual(['roofers']);
    expect(match.candidates).toEqual([]);
    expect(Object.keys(versions.lists)).toEqual(['roofers']);
  });

  it("is not matched by what stands in another programme's list", () => {
    const { match, facts } = run(['wiring']);
    expect(match.verdict).not.toBe('listed');
    expect(match.candidates.map((c) => c.list)).toEqual(['wirers']);
    expect(Object.keys(facts.lists)).toEqual(['wirers']);
    expect(JSON.stringify(match)).not.toContain('roofers');
  });

  it('that no programme, or two, take is looked up in no list', () => {
    for (const tags of [[], ['roofing', 'wiring']]) {
      const { match, versions, decision } = run(tags);
      expect(decision.kind).toBe(tags.length === 0 ? 'ignore' : 'hold');
      expect([match.listings, match.candidates, Object.keys(match.lists)]).toEqual([[], [], []]);
      expect(versions.lists).toEqual({});
    }
  });
});

describe('a name that somebody looks up', () => {
  const ask = (programme?: string) =>
    matchAsked({ name: 'Bright Roofing Inc' }, indexFor(indexes, programmeAsked(programme, rulebook), rulebook, NOW));

  it('is looked up for the programme that is named', () => {
    expect(ask('roofing').verdict).toBe('listed');
    expect(ask('wiring').verdict).not.toBe('listed');
  });

  it('needs the programme where several are active, and only then', () => {
    for (const name of [undefined, 'plumbing']) {
      const codes = (() => {
        try {
          ask(name);
          return [];
        } catch (error) {
          return error instanceof ProblemError ? error.problems.map((p) => p.code) : [String(error)];
        }
      })();
      expect(codes).toEqual(['match-programme']);
    }
    expect(programmeAsked(undefined, aRulebook(wiring)).name).toBe('wiring');
    expect(programmeAsked('wiring', aRulebook(wiring)).name).toBe('wiring');
  });

  it('has no index where the rules changed in between', () => {
    expect(() => indexFor(indexes, aProgramme({ name: 'newer', intents: [intent] }), rulebook, NOW)).toThrow('newer');
  });
});
