// The spreadsheets that the sandbox makes for each active programme, of the rows that its sample scenarios speak of.
import { resolve, sep } from 'node:path';
import { PARENT } from '../core/match/family.js';
import type { ListMapping } from '../core/rulebook.js';
import type { ScenarioRow } from '../rulebook/grammar-scenarios.js';
import { loadRulebook } from '../rulebook/load.js';
import { type PlacedScenario, rowsOf } from '../rulebook/load-scenarios.js';
import type { SampleSheet } from '../sandbox/write-sheet.js';
import type { Settings } from '../settings.js';

/** A spreadsheet for each list that rows of sample scenarios speak of, in the programme's own mapping. Dirt in cells is not made. */
export async function sampleSheetsOf(
  settings: Pick<Settings, 'RULES_DIR' | 'TEMPLATES_DIR' | 'PROGRAMMES' | 'DATA_DIR'>,
): Promise<SampleSheet[]> {
  if (settings.PROGRAMMES.length === 0) return [];
  const { byProgramme } = await loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
  return Object.values(byProgramme).flatMap(({ programme, scenarios }) => {
    const samples = scenarios.filter((s) => s.sample);
    return (programme?.lists ?? []).flatMap((list) => sheetOf(list, samples, settings.DATA_DIR) ?? []);
  });
}

function sheetOf(list: ListMapping, samples: PlacedScenario[], dataDir: string): SampleSheet | null {
  const rows = new Map(
    samples.flatMap((s) => rowsOf(s.lists[list.name] ?? []).rows.map((row) => [row.name, row] as const)),
  );
  const path = resolve(dataDir, list.file);
  // What lies elsewhere is somebody's own file.
  if (rows.size === 0 || !path.startsWith(resolve(dataDir) + sep)) return null;
  const columns = Object.entries(columnsOf(list));
  return {
    path,
    sheet: list.sheet,
    rows: [columns.map(([header]) => header), ...[...rows.values()].map((row) => columns.map(([, text]) => text(row)))],
  };
}

/** Each column's header and the text of its cell. */
function columnsOf({ columns, statuses }: ListMapping): Record<string, (row: ScenarioRow) => string> {
  const { name, status, organizationId, aliases, domains, admins, values } = columns;
  const several = (headers: string[], texts: (row: ScenarioRow) => string[]) =>
    headers.slice(0, 1).map((header) => [header, (row: ScenarioRow) => texts(row).join(', ')] as const);
  return Object.fromEntries([
    [name, (row: ScenarioRow) => row.name],
    ...several(aliases, (row) => row.aliases),
    ...several(domains, (row) => row.domains),
    ...several(admins, (row) => row.admins),
    ...(status === null ? [] : [[status, (row: ScenarioRow) => statuses[row.status ?? '']?.[0] ?? ''] as const]),
    ...(organizationId === null ? [] : [[organizationId, (row: ScenarioRow) => row.organizationId ?? ''] as const]),
    ...Object.entries(values).map(
      ([key, header]) => [header, (row: ScenarioRow) => (key === PARENT ? row.parent : row.values[key]) ?? ''] as const,
    ),
  ]);
}
