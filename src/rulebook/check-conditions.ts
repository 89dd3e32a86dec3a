// Checks the conditions of rules: facts that exist, values that can occur, patterns that compile.
import { RE2JS } from 're2js';
import { factTable, findFact } from '../core/fact-table.js';
import type { ListMapping } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { checkDateFact, isDateFact } from './check-approval-dates.js';
import { checkApproval, checkLink, checkStage } from './check-stage.js';
import type { RequestYaml } from './grammar-request.js';
import { checkRequestFact, checkRequestValue } from './load-request.js';
import type { WrittenTest } from './normal-form.js';
import type { YamlFile } from './yaml-file.js';

/** What conditions may speak of. */
export interface ConditionWorld {
  /** null when lists.yaml cannot be used; list names and words are not checked then. */
  lists: ListMapping[] | null;
  /** Stages of the programme, and names of what its rules want approved. */
  stages: string[];
  approvals: string[];
  /** Kinds of linked records; null when events.yaml cannot be used. */
  links: string[] | null;
  /** null where the programme reads no request fields. */
  request: RequestYaml | null;
  file: YamlFile;
}

/** Fact paths without open names, for suggestions. */
export const namedFacts = factTable.map((fact) => fact.path).filter((path) => !path.includes('<'));

/** Fact paths with open names, filled with the last part of what was written. */
function openFacts(written: string): string[] {
  const last = written.split('.').at(-1)!;
  return factTable.flatMap(({ path }) => (/\.<[^.]+>$/.test(path) ? [path.replace(/<[^.]+>$/, last)] : []));
}

/** Every Problem of the tests of one rule. */
export function checkTests(tests: WrittenTest[], world: ConditionWorld): Problem[] {
  return tests.flatMap((written) => [
    ...checkFact(written.test, world.file.place(written.path, 'key'), world),
    ...checkOperand(written, world),
  ]);
}

/** The fact that something else than a condition names at `path`. */
export function checkNamed(fact: string, path: PropertyKey[], world: ConditionWorld): Problem[] {
  return checkFact({ kind: 'test', fact, op: 'exists', value: true }, world.file.place(path), world);
}

function checkFact(test: WrittenTest['test'], place: Partial<Problem>, world: ConditionWorld): Problem[] {
  if (test.fact.startsWith('request.')) return checkRequestFact(test.fact, world.request, place);
  if (!test.fact.startsWith('lists.')) {
    if (/^case\.(approvals|approvedBy|approved|refused|unanswered)\./.test(test.fact))
      return checkApproval(test.fact.split('.')[2]!, world.approvals, place);
    if (isDateFact(test.fact)) return checkDateFact(test, world.lists, place);
    if (world.links && test.fact.startsWith('case.links.'))
      return checkLink(test.fact.slice('case.links.'.length), world.links, place);
    if (findFact(test.fact)) return [];
    const lists = (world.lists ?? []).map((list) => `lists.${list.name}`);
    const near = suggestion(test.fact, [...namedFacts, ...openFacts(test.fact), 'all', 'any', 'not', ...lists]);
    return [
      problem(
        'unknown-fact',
        `unknown fact "${test.fact}"${didYouMean(near)}`,
        near ? `Write "${near}"` : 'The facts are listed in docs/facts.md',
        { ...place },
      ),
    ];
  }
  const list = listOf(test.fact, world);
  if (list || !world.lists) return [];
  const names = world.lists.map((l) => l.name);
  const near = suggestion(test.fact.slice('lists.'.length), names);
  return [
    problem(
      'unknown-list',
      `unknown list "${test.fact.slice('lists.'.length)}"${didYouMean(near)}`,
      `Lists of this programme: ${names.join(', ') || 'none'}`,
      { ...place },
    ),
  ];
}

function checkOperand({ test, path }: WrittenTest, world: ConditionWorld): Problem[] {
  const place = world.file.place(path);
  if (test.op === 'matches') {
    try {
      RE2JS.compile(String(test.value));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [
        problem(
          'bad-pattern',
          `The pattern cannot be used: ${why}`,
          'Look-around and back-references are not supported (RE2)',
          { ...place },
        ),
      ];
    }
  }
  if ((test.op === 'before' || test.op === 'after') && Number.isNaN(Date.parse(String(test.value)))) {
    return [
      problem('bad-time', `"${String(test.value)}" is not an ISO 8601 time`, 'Write it like 2026-03-02T10:00:00Z', {
        ...place,
      }),
    ];
  }
  if (test.fact === 'case.stage' && (test.op === 'is' || test.op === 'oneOf'))
    return [test.value]
      .flat()
      .flatMap((stage) => (stage === '' ? [] : checkStage(String(stage), world.stages, { ...place })));
  if (test.fact.startsWith('request.')) return checkRequestValue(test, world.request, place);
  const list = listOf(test.fact, world);
  if (!list || (test.op !== 'is' && test.op !== 'oneOf')) return [];
  const words = [...wordsOf(list), 'absent'];
  return [test.value].flat().flatMap((value) => {
    if (words.includes(String(value))) return [];
    const near = suggestion(String(value), words);
    return [
      problem(
        'unknown-status',
        `"${String(value)}" is not a status of ${list.name}${didYouMean(near)}`,
        `Known: ${words.join(', ')}`,
        { ...place },
      ),
    ];
  });
}

function listOf(fact: string, world: ConditionWorld): ListMapping | undefined {
  return fact.startsWith('lists.') ? world.lists?.find((l) => `lists.${l.name}` === fact) : undefined;
}

/** The words a list can give, besides `absent`; a list without a status column only knows `listed`. */
export function wordsOf(list: ListMapping): string[] {
  const words = Object.keys(list.statuses);
  return list.columns.status === null && words.length === 0 ? ['listed'] : words;
}
