// Checks what is said of the days of approvals: the columns, the facts about them, rows of scenarios, and who is told.
import { APPROVAL_STATES } from '../core/approval-dates.js';
import type { Condition, ListMapping } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import type { ListsYaml } from './grammar-lists.js';
import type { RulesYaml } from './grammar-rules.js';
import type { ScenarioRow } from './grammar-scenarios.js';
import type { YamlFile } from './yaml-file.js';

/** Days of approvals need a word that approves; without a status column, standing in the list does. */
export function checkApprovalColumns(yaml: ListsYaml, file: YamlFile): Problem[] {
  return Object.entries(yaml.lists).flatMap(([name, { columns, approving }]) => {
    const key = (['approvedFrom', 'approvedUntil'] as const).find((k) => columns[k] !== undefined);
    if (key === undefined || columns.status === undefined || approving.length > 0) return [];
    return [
      problem(
        'approval-dates',
        'The list has days of approvals, but no word that lets somebody in',
        'Name the words under approving:',
        { ...file.place(['lists', name, 'columns', key], 'key') },
      ),
    ];
  });
}

const DATE_FACT = /^match\.(approval|approvedFrom|approvedUntil)\.(.+)$/;

/** Whether a fact speaks of the days of an approval. */
export function isDateFact(fact: string): boolean {
  return DATE_FACT.test(fact);
}

/** A list of the programme that has days of approvals, and words that can occur. `lists` null: lists.yaml cannot be used. */
export function checkDateFact(
  { fact, op, value }: Extract<Condition, { kind: 'test' }>,
  lists: ListMapping[] | null,
  place: Partial<Problem>,
): Problem[] {
  const [, what, name = ''] = DATE_FACT.exec(fact) ?? [];
  const dated = (lists ?? []).filter((list) => list.approvalDates).map((list) => list.name);
  if (lists && !dated.includes(name)) {
    const near = suggestion(name, dated);
    return [
      problem(
        'unknown-list',
        `no list "${name}" with days of approvals${didYouMean(near)}`,
        `Lists with a column approvedFrom or approvedUntil: ${dated.join(', ') || 'none'}`,
        { ...place },
      ),
    ];
  }
  if (what !== 'approval' || (op !== 'is' && op !== 'oneOf')) return [];
  const states: readonly string[] = APPROVAL_STATES;
  return [value].flat().flatMap((one) => {
    const word = String(one);
    if (states.includes(word)) return [];
    const near = suggestion(word, states);
    return [
      problem(
        'unknown-status',
        `"${word}" is not how an approval can stand${didYouMean(near)}`,
        `Known: ${states.join(', ')}`,
        { ...place },
      ),
    ];
  });
}

/** A row of a scenario names days only where its list has them. */
export function checkRowDays(
  row: ScenarioRow,
  { name, approvalDates }: ListMapping,
  place: Partial<Problem>,
): Problem[] {
  const { from = null, until = null } = approvalDates ?? {};
  const key =
    row.approvedFrom !== undefined && from === null
      ? 'approvedFrom'
      : row.approvedUntil !== undefined && until === null
        ? 'approvedUntil'
        : null;
  if (key === null) return [];
  return [
    problem('approval-dates', `The list ${name} has no column ${key}`, `Name it in lists.yaml under columns: ${key}`, {
      ...place,
    }),
  ];
}

/** Where approvals end, somebody is to be told before. `lists` null: lists.yaml cannot be used. */
export function checkOwner({ owner }: RulesYaml, file: YamlFile, lists: ListMapping[] | null): Problem[] {
  const ending = lists?.find(({ approvalDates }) => approvalDates?.until && approvalDates.announceDays > 0);
  if (owner !== undefined || !ending) return [];
  return [
    problem(
      'no-owner',
      `Approvals of the list ${ending.name} end, and nobody is told before`,
      'Name a person of rules/directory.yaml as owner:, or write announceDays: 0 in lists.yaml',
      { severity: 'warning', ...file.place(['title']) },
    ),
  ];
}
