// Runs scenarios through the same deciding as real tickets, and says where the answer differs from the expected one.

import { datesOf } from '../core/approval-dates.js';
import { allEffects } from '../core/approval-draft.js';
import type { RenderedEffect, Triage } from '../core/decision.js';
import type { ListInUse, Listing } from '../core/listing.js';
import { PARENT } from '../core/match/family.js';
import { buildMatchIndexes } from '../core/match/programme-indexes.js';
import type { Directory, ListMapping, Programme, Rulebook } from '../core/rulebook.js';
import { triage } from '../core/triage.js';
import { type Problem, problem } from '../problem.js';
import type { ScenarioRow } from './grammar-scenarios.js';
import { type PlacedScenario, rowsOf } from './load-scenarios.js';
import { caseOf } from './scenario-case.js';

export interface ScenarioResult {
  name: string;
  passed: boolean;
  /** What differs, a sentence each; empty when passed. */
  differences: string[];
  triage: Triage;
  place: { file: string; line: number };
}

/** Runs the scenarios with only their own programme active. Pure: lists come from the scenario, nothing is read. */
export function runScenarios(rulebook: Rulebook, programme: Programme, scenarios: PlacedScenario[]): ScenarioResult[] {
  const alone: Rulebook = { ...rulebook, directory: onAnyDesk(rulebook.directory), programmes: [programme] };
  return scenarios.map((scenario) => {
    const lists = programme.lists.map((mapping) => toListInUse(mapping, scenario));
    const { caseFacts, wrong } = caseOf(scenario, programme);
    const answer = triage({
      ticket: scenario.ticket,
      caseFacts,
      lists,
      indexes: buildMatchIndexes(lists, alone),
      rulebook: alone,
      now: new Date(scenario.now).toISOString(),
    });
    const differences = [...wrong, ...compare(scenario.expect, answer)];
    return {
      name: scenario.name,
      passed: differences.length === 0,
      differences,
      triage: answer,
      place: scenario.place,
    };
  });
}

/** A scenario is about the policy: who has an agent on some help desk has one on the sandbox's, which scenarios speak of. */
function onAnyDesk(directory: Directory): Directory {
  const people = Object.entries(directory.people).map(([role, person]) => {
    const [id] = Object.values(person.helpdesk);
    return [role, id === undefined ? person : { ...person, helpdesk: { sandbox: id, ...person.helpdesk } }];
  });
  return { ...directory, people: Object.fromEntries(people) as Directory['people'] };
}

/** One Problem a failed scenario, at its place. */
export function scenarioProblems(results: ScenarioResult[]): Problem[] {
  return results
    .filter((result) => !result.passed)
    .map((result) =>
      problem(
        'scenario-failed',
        `"${result.name}": ${result.differences.join('; ')}`,
        'Mend the rule, or the scenario if the policy changed',
        { ...result.place },
      ),
    );
}

function toListInUse(mapping: ListMapping, scenario: PlacedScenario): ListInUse {
  const written = rowsOf(scenario.lists[mapping.name] ?? []);
  const { name, title, sheet } = mapping;
  const toListings = (rows: ScenarioRow[], firstRow: number) =>
    rows.map((row, i) => toListing(row, firstRow + i, mapping));
  return {
    name,
    title,
    snapshot: {
      list: name,
      title,
      hash: 'scenario',
      file: 'scenario',
      sheet,
      loadedAt: scenario.now,
      listings: toListings(written.rows, 2),
      lint: [],
    },
    problem: written.problem,
    gone: toListings(written.gone, 900).map((listing) => ({
      listing,
      hash: 'scenario before',
      lastSeenAt: scenario.now,
    })),
  };
}

/** Columns in the order of a tidy sheet, so that reasons name cells. */
function toListing(row: ScenarioRow, line: number, mapping: ListMapping): Listing {
  const values = row.parent === undefined ? row.values : { ...row.values, [PARENT]: row.parent };
  const { from, until } = mapping.approvalDates ?? {};
  const days = [...(from ? ['approvedFrom'] : []), ...(until ? ['approvedUntil'] : [])];
  const keys = ['name', 'aliases', 'domains', 'admins', 'status', 'organizationId', ...Object.keys(values), ...days];
  return {
    list: mapping.name,
    sheet: mapping.sheet,
    row: line,
    name: row.name,
    aliases: row.aliases,
    domains: row.domains.map((domain) => domain.toLowerCase()),
    admins: row.admins.map((address) => address.toLowerCase()),
    organizationId: row.organizationId ?? null,
    status: row.status,
    statusProblem: row.status === null ? (row.statusProblem ?? 'blank') : null,
    ...datesOf(row.status, { from: row.approvedFrom ?? null, until: row.approvedUntil ?? null }, mapping),
    values,
    ...(row.doubts ? { doubts: row.doubts } : {}),
    cells: Object.fromEntries(keys.map((key, i) => [key, `${String.fromCharCode(65 + i)}${line}`])),
  };
}

function compare(expected: PlacedScenario['expect'], answer: Triage): string[] {
  const { decision, match } = answer;
  const effects = allEffects(answer);
  const differences: string[] = [];
  const same = (what: string, wanted: string | null | undefined, got: string | null) => {
    if (wanted !== undefined && wanted !== got)
      differences.push(`${what} is ${got ?? 'none'}, not ${wanted ?? 'none'} (${decision.reason})`);
  };
  same('kind', expected.kind, decision.kind);
  same('rule', expected.rule, decision.rule);
  same('outcome', expected.outcome, decision.outcome);
  same('verdict', expected.verdict, match.verdict);
  if (expected.reason && !decision.reason.toLowerCase().includes(expected.reason.toLowerCase())) {
    differences.push(`the reason does not say "${expected.reason}": ${decision.reason}`);
  }
  if (expected.effects) differences.push(...compareEffects(expected.effects, effects));
  const said = effects.map(contentOf).join('\n');
  for (const text of expected.contains) if (!said.includes(text)) differences.push(`no step says "${text}"`);
  for (const text of expected.without) if (said.includes(text)) differences.push(`a step says "${text}"`);
  return differences;
}

function compareEffects(expected: string[], effects: RenderedEffect[]): string[] {
  const labels = effects.map(labelOf);
  const fits =
    labels.length === expected.length &&
    expected.every((text, i) => labels[i] === text || labels[i]!.split(' ')[0] === text);
  return fits ? [] : [`the steps are ${labels.join(', ') || 'none'}, not ${expected.join(', ') || 'none'}`];
}

/** `reply initial-response`, `assign api-integrations-lead`, `close`: how scenarios name a step. */
export function labelOf(effect: RenderedEffect): string {
  if ('template' in effect) return `${effect.type} ${effect.template}`;
  if (effect.type === 'http') return `http ${effect.key}`;
  if (effect.type === 'attach') return `attach ${effect.name}`;
  if (effect.type === 'assign') return `assign ${effect.to}`;
  return effect.type === 'status' ? `status ${effect.status}` : effect.type;
}

function contentOf(effect: RenderedEffect): string {
  if (effect.type === 'email') return `${effect.name} <${effect.address}>\n${effect.subject}\n${effect.text}`;
  if ('text' in effect) return effect.text;
  return JSON.stringify(effect);
}
