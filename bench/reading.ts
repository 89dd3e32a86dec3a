// Part (f): lists of twelve columns read by Usher's own reader, in its child process with all checks, beside plain exceljs and SheetJS.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListMapping } from '../src/core/rulebook.js';
import { listReader } from '../src/lists/read-list.js';
import { companies } from './companies.js';
import { startHelper } from './process-file.js';
import { shown, type Table } from './report.js';
import { writeWorkbook } from './workbook.js';

const HEAD = [
  'Company',
  'Also known as',
  'E-mail domain',
  'Contact e-mail',
  'State',
  'EverBright status',
  'Phone',
  'Street',
  'City',
  'Account manager',
  'Since',
  'Remarks',
];

function mappingOf(rows: number): ListMapping {
  return {
    name: 'sellers',
    title: 'Sellers',
    programme: 'bench',
    file: 'sellers.xlsx',
    sheet: 'Sellers',
    columns: {
      name: 'Company',
      aliases: ['Also known as'],
      domains: ['E-mail domain'],
      admins: ['Contact e-mail'],
      status: 'EverBright status',
      organizationId: null,
      values: { state: 'State', phone: 'Phone' },
    },
    statuses: { approved: ['Approved'], 'not-approved': ['Not approved'] },
    approving: ['approved'],
    maxAgeMs: 86_400_000,
    maxRows: rows + 10,
    place: { file: 'rules/bench/lists.yaml', line: 1 },
  };
}

async function makeList(file: string, rows: number): Promise<void> {
  const all = companies(rows, 31);
  const cells = all.map((c, n) => [
    c.name,
    '',
    c.domain,
    c.contact.email,
    'CA',
    n % 3 ? 'Approved' : 'Not approved',
    `+1 555 ${100_000 + n}`,
    `${n} Main Street`,
    'Springfield',
    'Robin Example',
    '2023-04-20',
    'none',
  ]);
  await writeWorkbook(file, 'Sellers', [HEAD, ...cells]);
}

async function ownReader(file: string, rows: number): Promise<{ ms: number; rows: number }> {
  const bytes = await readFile(file);
  const began = performance.now();
  // The longest list is beyond the limits of daily use: it gets as long as it needs.
  const read = await listReader({ heapMb: 2_048, timeoutMs: 120_000 })(
    bytes,
    'sellers.xlsx',
    mappingOf(rows),
    '2026-01-01T00:00:00Z',
  );
  if (read.kind !== 'ok') throw new Error(JSON.stringify(read.problems));
  return { ms: performance.now() - began, rows: read.snapshot.listings.length };
}

async function plain(
  reader: 'exceljs' | 'sheetjs',
  file: string,
): Promise<{ ms: number; rows: number; peakMb: number }> {
  const helper = await startHelper('reading-process.js');
  const result = await helper.ask<{ rows: number; peakMb: number; ms: number }>('read', { reader, file });
  await helper.stop();
  return result;
}

/** Each reader begins in a process of its own; loading its library counts for none of them but ours, whose child is part of it. */
export async function reading(lengths: number[], rounds: number, say: (line: string) => void): Promise<Table> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-bench-lists-'));
  const table: Table = {
    name: 'reading',
    head: ['rows x 12', 'Usher, ms', 'exceljs, ms', 'SheetJS, ms', 'Usher to exceljs'],
    rows: [],
  };
  try {
    for (const rows of lengths) {
      const file = join(folder, `${rows}.xlsx`);
      await makeList(file, rows);
      const best = {
        own: Number.POSITIVE_INFINITY,
        exceljs: Number.POSITIVE_INFINITY,
        sheetjs: Number.POSITIVE_INFINITY,
      };
      for (let round = 0; round < rounds; round++) {
        const own = await ownReader(file, rows);
        if (own.rows !== rows) throw new Error(`${own.rows} of ${rows} rows`);
        best.own = Math.min(best.own, own.ms);
        for (const reader of ['exceljs', 'sheetjs'] as const) {
          const read = await plain(reader, file);
          if (read.rows !== rows + 1) throw new Error(`${reader}: ${read.rows} of ${rows + 1} rows`);
          best[reader] = Math.min(best[reader], read.ms);
        }
      }
      say(
        `${rows} rows: Usher ${shown(best.own)} ms, exceljs ${shown(best.exceljs)} ms, SheetJS ${shown(best.sheetjs)} ms`,
      );
      table.rows.push([
        rows.toLocaleString('en-US'),
        shown(best.own),
        shown(best.exceljs),
        shown(best.sheetjs),
        shown(best.own / best.exceljs),
      ]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  table.notes = [
    `Best of ${rounds}. Usher's time includes starting its child process, checking the archive, every cell's traps (struck through, hidden, merged, computed) and handing the rows over; the others' only the reading of values.`,
  ];
  return table;
}
