// Collects the tables of a run and writes them into docs/performance.md, between marks; the words around them are people's.
import { readFile, writeFile } from 'node:fs/promises';
import { machine } from './machine.js';

export interface Table {
  /** Names the place in the page: `<!-- table: tickets -->`. */
  name: string;
  head: string[];
  rows: string[][];
  /** Lines under the table. */
  notes?: string[];
}

const PAGE = 'docs/performance.md';

/** Numbers as people read them: three digits that count. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

export function textOf({ head, rows, notes = [] }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)];
  return [...table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** Replaces the tables that were measured now; the others stay as they were, with their own date and machine. */
export async function writePage(tables: Table[], at: Date): Promise<void> {
  let page = await readFile(PAGE, 'utf8');
  for (const table of tables) {
    const mark = new RegExp(`(<!-- table: ${table.name} -->)[\\s\\S]*?(<!-- end -->)`);
    if (!mark.test(page)) throw new Error(`${PAGE} has no place for the table ${table.name}`);
    const said = `Measured ${at.toISOString().slice(0, 10)}: ${machine()}.`;
    page = page.replace(mark, (_all, from, to) => `${from}\n${textOf(table)}\n\n${said}\n${to}`);
  }
  await writeFile(PAGE, page);
}
