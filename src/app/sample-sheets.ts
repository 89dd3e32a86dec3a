// The spreadsheets that the sandbox makes for each active programme, of the rows that its sample scenarios speak of.
import { resolve, sep } from 'node:path';
import { PARENT } from '../core/match/family.js';
import type { ListMapping } from '../core/rulebook.js';
import type { ScenarioRow } from '../rulebook/grammar-scenarios.js';
import { loadRulebook } from '../rulebook/load.js';
import { type PlacedScenario, rowsOf } from '../rulebook/load-scenarios.js';
import type { SampleSheet } from '../sandbox/write-sheet.js';
import type { Settings } from '../settings.js';

/**
 * A spreadsheet for each list that rows of sample scenarios speak of, in the programme's own mapping. Dirt in cells is not made. Days of
 * approvals are moved, so that they lie from today as they lie from the scenario's time.
 */
export async function sampleSheetsOf(
  settings: Pick<Settings, 'RULES_DIR' | 'TEMPLATES_DIR' | 'PROGRAMMES' | 'DATA_DIR'>,
  now = new Date(),
): Promise<SampleSheet[]> {
  if (settings.PROGRAMMES.length === 0) return [];
  const { byProgramme } = await loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
  return Object.values(byProgramme).flatMap(({ programme, scenarios }) => {
    const samples = scenarios.filter((s) => s.sample);
    return (programme?.lists ?? []).flatMap(
      (list) => sheetOf(list, samples, { dataDir: settings.DATA_DIR, now }) ?? [],
    );
  });
}

function sheetOf(
  list: ListMapping,
  samples: PlacedScenario[],
  { dataDir, now }: { dataDir: string; now: Date },
): SampleSheet | null {
  const rows = new Map(
    samples.flatMap((s) => {
      const days = Math.round((now.getTime() - Date.parse(s.now)) / DAY_MS);
      return rowsOf(s.lists[list.name] ?? []).rows.map((row) => [row.name, moved(row, days)] as const);
    }),
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

const DAY_MS = 86_400_000;

function moved(row: ScenarioRow, days: number): ScenarioRow {
  const move = (day: string) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
  return {
    ...row,
    approvedFrom: row.approvedFrom && move(row.approvedFrom),
    approvedUntil: row.approvedUntil && move(row.approvedUntil),
  };
}

/** Each column's header and the text of its cell. */
function columnsOf({ columns, statuses, approvalDates }: ListMapping): Record<string, (row: ScenarioRow) => string> {
  const { name, status, organizationId, aliases, domains, admins, values } = columns;
  const several = (headers: string[], texts: (row: ScenarioRow) => string[]) =>
    headers.slice(0, 1).map((header) => [header, (row: ScenarioRow) => texts(row).join(', ')] as const);
  const one = (header: string | null, text: (row: ScenarioRow) => string) =>
    header === null ? [] : [[header, text] as const];
  return Object.fromEntries([
    [name, (row: ScenarioRow) => row.name],
    ...several(aliases, (row) => row.aliases),
    ...several(domains, (row) => row.domains),
    ...several(admins, (row) => row.admins),
    ...one(status, (row) => statuses[row.status ?? '']?.[0] ?? ''),
    ...one(organizationId, (row) => row.organizationId ?? ''),
    ...one(approvalDates?.from ?? null, (row) => row.approvedFrom ?? ''),
    ...one(approvalDates?.until ?? null, (row) => row.approvedUntil ?? ''),
    ...Object.entries(values).map(
      ([key, header]) => [header, (row: ScenarioRow) => (key === PARENT ? row.parent : row.values[key]) ?? ''] as const,
    ),
  ]);
}
