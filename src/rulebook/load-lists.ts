// Turns a programme's lists.yaml into list mappings, and checks what a shape cannot say.
import { PARENT } from '../core/match/family.js';
import type { ListMapping } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { parseDuration } from './duration.js';
import type { ListsYaml } from './grammar-lists.js';
import type { YamlFile } from './yaml-file.js';

/** Mappings in the order of the file. Days of approvals are counted in the zone. */
export function toListMappings(yaml: ListsYaml, programme: string, file: YamlFile, zone: string): ListMapping[] {
  return Object.entries(yaml.lists).map(([name, list]) => {
    const { parent, values, approvedFrom: from = null, approvedUntil: until = null, ...columns } = list.columns;
    const hasDates = from !== null || until !== null;
    const place = file.place(['lists', name], 'key');
    return {
      name,
      title: list.title,
      programme,
      file: list.file,
      sheet: list.sheet,
      columns: {
        ...columns,
        values: parent === undefined ? values : { ...values, [PARENT]: parent },
        status: list.columns.status ?? null,
        organizationId: list.columns.organizationId ?? null,
      },
      statuses: list.statuses,
      approving: list.approving,
      ...(hasDates ? { approvalDates: { from, until, announceDays: list.announceDays, zone } } : {}),
      maxAgeMs: parseDuration(list.maxAge) ?? 0,
      maxRows: list.maxRows,
      place: { file: place.file, line: place.line },
    };
  });
}

/** Cell texts with two meanings, words that nobody defined, headers used twice. */
export function checkLists(yaml: ListsYaml, file: YamlFile): Problem[] {
  return Object.entries(yaml.lists).flatMap(([name, list]) => {
    const path = ['lists', name];
    const problems: Problem[] = [];
    const meanings = new Map<string, string>();
    for (const [word, texts] of Object.entries(list.statuses)) {
      if (word === 'absent') {
        problems.push(
          problem('reserved-word', '"absent" already means: not in the list', 'Choose another word', {
            ...file.place([...path, 'statuses', word], 'key'),
          }),
        );
      }
      for (const [index, text] of texts.entries()) {
        const folded = text.replace(/\s+/g, ' ').trim().toLowerCase();
        const other = meanings.get(folded);
        if (other) {
          problems.push(
            problem(
              'status-twice',
              `"${text}" means both "${other}" and "${word}"`,
              'A cell text can mean one word only',
              { ...file.place([...path, 'statuses', word, index]) },
            ),
          );
        }
        meanings.set(folded, word);
      }
    }
    if (Object.hasOwn(list.columns.values, PARENT)) {
      problems.push(
        problem('reserved-word', `"${PARENT}" is a column of its own`, `Write it as columns: ${PARENT}`, {
          ...file.place([...path, 'columns', 'values', PARENT], 'key'),
        }),
      );
    }
    for (const [index, word] of list.approving.entries()) {
      if (Object.hasOwn(list.statuses, word)) continue;
      const near = suggestion(word, Object.keys(list.statuses));
      problems.push(
        problem(
          'unknown-status',
          `"${word}" is not a status of this list${didYouMean(near)}`,
          `Known: ${Object.keys(list.statuses).join(', ')}`,
          { ...file.place([...path, 'approving', index]) },
        ),
      );
    }
    if (Object.keys(list.statuses).length > 0 && list.columns.status === undefined) {
      problems.push(
        problem(
          'status-column',
          'The list has status words but no status column',
          'Name the column under columns: status',
          { ...file.place([...path, 'columns'], 'key') },
        ),
      );
    }
    return problems;
  });
}
