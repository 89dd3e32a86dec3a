// Turns one spreadsheet row into a listing, or says why it is none; what is unreliable makes the status unknown.
import type ExcelJS from 'exceljs';
import type { Listing } from '../core/listing.js';
import { visible } from '../problem.js';
import { statusWithDates } from './approval-cells.js';
import { domainsIn, linkDomain, mailsIn, namesIn } from './cell-parts.js';
import type { CellText } from './cell-text.js';
import { type Lint, noName } from './lint.js';
import { addresses, allCells, type RowCells, type RowContext, rowCells } from './row-cells.js';
import { doubtAbout, statusOf } from './row-status.js';

/** Reads one row; null for blank rows, banners, and rows without an organization (the last two are lint). */
export function readRow(row: ExcelJS.Row, context: RowContext): Listing | null {
  const cells = rowCells(row, context);
  const all = allCells(cells);
  if (all.every((c) => c.kind === 'blank' && !c.formula)) return null;
  if (isBanner(row, cells, context)) return null;
  const domains = gather(cells.domains, domainsIn, 'not-a-domain', context.lint);
  const admins = gather(cells.admins, mailsIn, 'not-a-mail', context.lint);
  if (cells.name.text === '' && !cells.name.formula) {
    context.lint.warn(
      'no-name',
      cells.name.address,
      `row ${row.number} has entries but no organization`,
      'name the organization or clear the row',
    );
    if (domains.length + admins.length === 0) return null;
  }
  lintCells(cells, context);
  const status = statusWithDates(statusOf(row, cells, context), cells, context);
  if (status.problem !== null)
    context.lint.warn(
      status.code,
      status.cell,
      `"${visible(cells.name.text)}": the status is not known: ${status.problem}`,
      status.fix,
    );
  return {
    list: context.mapping.name,
    sheet: context.mapping.sheet,
    row: row.number,
    name: cells.name.text || noName,
    aliases: [...new Set(cells.aliases.flatMap((c) => namesIn(c.text)))],
    domains,
    admins,
    organizationId: idOf(cells.organizationId, context.lint),
    status: status.word,
    statusProblem: status.problem,
    ...(status.approval ? { approval: status.approval } : {}),
    values: Object.fromEntries(
      Object.entries(cells.values)
        .filter(([, c]) => c.kind !== 'error' && c.text !== '')
        .map(([k, c]) => [k, c.text]),
    ),
    ...doubtsOf(cells),
    cells: addresses(cells),
  };
}

/** Further columns say nothing of who is listed, so a strange cell there holds nobody; but nothing is sent to an address in it. */
function doubtsOf({ values }: RowCells): Pick<Listing, 'doubts'> {
  const doubts = Object.entries(values).flatMap(([key, cell]) => {
    const doubt = doubtAbout(cell);
    return doubt === null ? [] : [[key, doubt] as const];
  });
  return doubts.length === 0 ? {} : { doubts: Object.fromEntries(doubts) };
}

/** A caption between the rows: one text merged over the name and more, and nothing else in the row. */
function isBanner(row: ExcelJS.Row, cells: RowCells, context: RowContext): boolean {
  const name = row.getCell(context.columns.name);
  if (!name.isMerged) return false;
  const master = name.master;
  const others = allCells(cells).filter((c) => c !== cells.name);
  const sameRange = (c: CellText) => row.worksheet.getCell(c.address).master === master;
  const reaches = others.some(sameRange);
  if (!reaches || !others.every((c) => c.kind === 'blank' || sameRange(c))) return false;
  if (cells.name.text !== '')
    context.lint.warn(
      'banner',
      cells.name.address,
      `row ${row.number} is merged ("${visible(cells.name.text)}") and was not read`,
      'nothing to do if it is a caption; if it is an organization, unmerge the cells',
    );
  return true;
}

function gather(
  cells: CellText[],
  read: (text: string) => { found: string[]; odd: string[] },
  code: string,
  lint: Lint,
): string[] {
  const found = new Set<string>();
  for (const cell of cells) {
    const parts = read(cell.text);
    for (const one of parts.found) found.add(one);
    if (cell.kind === 'error' || parts.odd.length === 0) continue;
    lint.warn(
      code,
      cell.address,
      `"${visible(parts.odd.slice(0, 3).join(' '))}" is not a ${code === 'not-a-mail' ? 'mail address' : 'domain'} and was passed over`,
      code === 'not-a-mail'
        ? 'write addresses as name@acme.example'
        : 'write domains as acme.example, several with a comma between them',
    );
  }
  return [...found];
}

function idOf(cell: CellText | null, lint: Lint): string | null {
  if (cell === null || cell.text === '' || cell.kind === 'error') return null;
  if (!cell.rounded) return cell.text;
  lint.warn(
    'rounded-number',
    cell.address,
    `the number ${cell.text} is longer than spreadsheets keep; its last digits are lost`,
    'format the column as text and type the id again',
  );
  return null;
}

function lintCells(cells: RowCells, { lint }: RowContext): void {
  for (const cell of allCells(cells)) {
    if (cell.untidy)
      lint.warn(
        'spaces',
        cell.address,
        `"${visible(cell.text.slice(0, 100))}" has spaces around it or doubled`,
        'nothing breaks; remove them when passing by',
      );
    if (cell.link === null) continue;
    const leads = linkDomain(cell.link);
    const says = [...domainsIn(cell.text).found, ...mailsIn(cell.text).found.map((m) => m.slice(m.indexOf('@') + 1))];
    const bare = (domain: string) => domain.replace(/^www\./, '');
    if (leads !== null && says.length > 0 && !says.some((d) => bare(d) === bare(leads))) {
      lint.warn(
        'link-differs',
        cell.address,
        `the cell says "${visible(cell.text.slice(0, 100))}", its link leads to ${visible(leads)}; the text was taken`,
        'remove the link or correct it',
      );
    }
  }
  if (cells.name.commented)
    lint.warn(
      'commented-name',
      cells.name.address,
      `"${visible(cells.name.text)}" carries a comment`,
      'comments on names are not read; put what matters into the status',
    );
}
