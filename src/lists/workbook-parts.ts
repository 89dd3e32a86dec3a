// Finds the one wanted sheet in a workbook's parts, and makes a small workbook of it that exceljs reads safely.
import { type Problem, problem, suggestion, visible } from '../problem.js';
import { type SheetScan, scanSheet } from './sheet-scan.js';
import { encodeXml, tags } from './xml-tags.js';
import { storedZip } from './zip.js';

export interface WantedSheet {
  name: string;
  /** Folder and file of the sheet's part, `xl/worksheets/sheet3.xml`. */
  part: string;
  date1904: boolean;
}

type Found<T> = ({ kind: 'ok' } & T) | { kind: 'failed'; problems: Problem[] };

/** Finds a sheet by its exact name. A missing, hidden or torn sheet is a Problem; nothing else is taken in its place. */
export function findSheet(parts: Map<string, Buffer>, sheet: string, file: string): Found<{ sheet: WantedSheet }> {
  const workbook = text(parts, 'xl/workbook.xml');
  const sheets = [...tags(workbook, ['sheet'])].map(({ attributes }) => ({
    name: attributes.name ?? '',
    state: attributes.state ?? 'visible',
    relation: attributes['r:id'] ?? attributes['relationships:id'] ?? '',
  }));
  const found = sheets.filter((s) => s.name === sheet);
  if (found.length !== 1) {
    const names = sheets.map((s) => `"${visible(s.name)}"${s.state === 'visible' ? '' : ' (hidden)'}`).join(', ');
    const near = suggestion(
      sheet,
      sheets.map((s) => s.name),
    );
    const what = found.length === 0 ? `has no sheet "${sheet}"` : `has ${found.length} sheets "${sheet}"`;
    return failed(
      'list-sheet-missing',
      `${file} ${what}; it has ${names || 'none'}`,
      near
        ? `did you mean "${near}"? Correct "sheet" in lists.yaml or the sheet's name`
        : 'correct "sheet" in lists.yaml or the name of the sheet',
    );
  }
  const { state, relation } = found[0]!;
  if (state !== 'visible')
    return failed(
      'list-sheet-hidden',
      `sheet "${sheet}" of ${file} is hidden`,
      'unhide it if it still holds, or name another sheet in lists.yaml',
    );
  const target = relations(parts, 'xl/workbook.xml').find((r) => r.id === relation)?.target;
  if (!target || !parts.has(target))
    return failed(
      'list-torn',
      `sheet "${sheet}" of ${file} is missing its content`,
      'save the workbook again in Excel',
    );
  const date1904 = [...tags(workbook, ['workbookPr'])].some((t) => /^(1|true)$/.test(t.attributes.date1904 ?? ''));
  return { kind: 'ok', sheet: { name: sheet, part: target, date1904 } };
}

/**
 * A workbook with only the wanted sheet, its texts, styles and links: other sheets, drawings, comments, names and tables,
 * which exceljs loads greedily and stumbles over, never reach it. Comments are read here, as a set of commented cells.
 */
export function slimWorkbook(parts: Map<string, Buffer>, sheet: WantedSheet): { bytes: Buffer; scan: SheetScan } {
  const content = parts.get(sheet.part)!;
  const scan = scanSheet(content.toString('utf8'));
  const related = relations(parts, sheet.part);
  for (const { type, target } of related) {
    if (!/\/(comments|threadedComment)$/i.test(type)) continue;
    for (const { attributes } of tags(text(parts, target), ['comment', 'threadedComment']))
      if (attributes.ref) scan.commented.add(attributes.ref);
  }
  const links = related.filter((r) => /\/hyperlink$/.test(r.type));
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relationship = (id: string, kind: string, target: string, mode = '') =>
    `<Relationship Id="${encodeXml(id)}" Type="${office}/${kind}" Target="${encodeXml(target)}"${mode}/>`;
  const wrap = (inner: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
  const entries: [string, string | Buffer][] = [
    [
      'xl/workbook.xml',
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}"><workbookPr${sheet.date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="${encodeXml(sheet.name)}" sheetId="1" r:id="s"/></sheets></workbook>`,
    ],
    ['xl/_rels/workbook.xml.rels', wrap(relationship('s', 'worksheet', 'worksheets/sheet1.xml'))],
    ['xl/worksheets/sheet1.xml', content],
    [
      'xl/worksheets/_rels/sheet1.xml.rels',
      wrap(links.map((l) => relationship(l.id, 'hyperlink', l.raw, ' TargetMode="External"')).join('')),
    ],
  ];
  const styles = sharedPart(parts, 'styles');
  const strings = sharedPart(parts, 'sharedStrings');
  if (styles) entries.push(['xl/styles.xml', styles]);
  if (strings) entries.push(['xl/sharedStrings.xml', strings]);
  return { bytes: storedZip(entries.map(([name, c]) => ({ name, content: Buffer.from(c) }))), scan };
}

function sharedPart(parts: Map<string, Buffer>, kind: string): Buffer | undefined {
  const target = relations(parts, 'xl/workbook.xml').find((r) => r.type.endsWith(`/${kind}`))?.target;
  return target ? parts.get(target) : undefined;
}

interface Relation {
  id: string;
  type: string;
  /** Resolved part name; `raw` is the target as written. */
  target: string;
  raw: string;
}

function relations(parts: Map<string, Buffer>, part: string): Relation[] {
  const slash = part.lastIndexOf('/');
  const folder = part.slice(0, slash);
  const list = text(parts, `${folder}/_rels/${part.slice(slash + 1)}.rels`);
  return [...tags(list, ['Relationship'])].map(({ attributes: a }) => ({
    id: a.Id ?? '',
    type: a.Type ?? '',
    raw: a.Target ?? '',
    target: resolvePart(folder, a.Target ?? ''),
  }));
}

function resolvePart(folder: string, target: string): string {
  const steps = target.startsWith('/') ? [] : folder.split('/');
  for (const step of target.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function text(parts: Map<string, Buffer>, name: string): string {
  return parts.get(name)?.toString('utf8') ?? '';
}

function failed(code: string, message: string, fix: string): { kind: 'failed'; problems: Problem[] } {
  return { kind: 'failed', problems: [problem(code, message, fix)] };
}
