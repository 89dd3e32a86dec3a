// What stands in a cell, as text and with everything that makes it unreliable; never exceljs' own `cell.text`.
import type ExcelJS from 'exceljs';
import type { SheetScan } from './sheet-scan.js';

/** A cell's content. `text` is trimmed, with inner white space folded into single spaces. */
export interface CellText {
  address: string;
  text: string;
  kind: 'blank' | 'text' | 'number' | 'boolean' | 'date' | 'error';
  formula: boolean;
  /** Part of a merged range; `text` of a cell that is not its first is a repetition. */
  merged: boolean;
  /** The whole text or some of it is struck through. */
  struck: boolean;
  commented: boolean;
  /** Where a link on the cell leads, or null. */
  link: string | null;
  /** The text as typed had spaces around it or doubled. */
  untidy: boolean;
  /** A number too long for a spreadsheet: its last digits are lost. */
  rounded: boolean;
  /** Longer than a cell can be; cut. */
  tooLong: boolean;
}

/** Excel's own limit. */
export const cellTextMax = 32_767;

/** Space characters that people type without seeing them; other invisible characters are not spaces and stay. */
export function foldSpaces(text: string): string {
  return text.replace(/[ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]+/g, ' ').replace(/^ | $/g, '');
}

/** Reads one cell: rich text joined, a link's text (not its target), a formula's stored result, dates as ISO days. */
export function cellText(cell: ExcelJS.Cell, scan: SheetScan): CellText {
  const address = cell.address;
  const value = cell.value as unknown;
  const iso = scan.isoDates.get(address);
  const scalar = iso === undefined ? scalarOf(value, cell.numFmt) : { kind: 'date' as const, raw: iso };
  const raw = scalar.raw.slice(0, cellTextMax);
  const text = foldSpaces(raw);
  return {
    address,
    text,
    kind: text === '' && scalar.kind !== 'error' ? 'blank' : scalar.kind,
    formula: scan.formulas.has(address) || has(value, 'formula') || has(value, 'sharedFormula'),
    merged: cell.isMerged,
    struck: text !== '' && (cell.font?.strike === true || strikes(value)),
    commented: scan.commented.has(address),
    link: has(value, 'hyperlink') ? String(value.hyperlink ?? '') : null,
    untidy: raw !== text && scalar.kind === 'text',
    rounded: typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value),
    tooLong: scalar.raw.length > cellTextMax,
  };
}

type Scalar = { kind: CellText['kind']; raw: string };

function scalarOf(value: unknown, format: string | undefined): Scalar {
  if (value === null || value === undefined) return { kind: 'blank', raw: '' };
  if (typeof value === 'string') return { kind: 'text', raw: value };
  if (typeof value === 'number') return { kind: 'number', raw: numberText(value, format) };
  if (typeof value === 'boolean') return { kind: 'boolean', raw: value ? 'TRUE' : 'FALSE' };
  if (value instanceof Date) return { kind: 'date', raw: dateText(value) };
  if (has(value, 'error')) return { kind: 'error', raw: String(value.error) };
  if (has(value, 'richText'))
    return {
      kind: 'text',
      raw: runs(value)
        .map((run) => run.text ?? '')
        .join(''),
    };
  if (has(value, 'formula') || has(value, 'sharedFormula'))
    return scalarOf((value as { result?: unknown }).result, format);
  if (has(value, 'hyperlink')) return scalarOf((value as { text?: unknown }).text, format);
  return { kind: 'error', raw: '' };
}

/** Ids typed as numbers lose leading zeros; a format of zeros says how many there are. */
function numberText(value: number, format: string | undefined): string {
  const plain = Number.isInteger(value) ? BigInt(value).toString() : String(value);
  const zeros = /^0{2,20}$/.exec(format ?? '');
  return zeros && Number.isInteger(value) && value >= 0 ? plain.padStart(zeros[0].length, '0') : plain;
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return '';
  const iso = value.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}

function runs(value: unknown): { text?: string; font?: { strike?: boolean } }[] {
  const list = has(value, 'richText') ? value.richText : [];
  return Array.isArray(list) ? list : [];
}

function strikes(value: unknown): boolean {
  const rich = has(value, 'text') && has(value.text, 'richText') ? value.text : value;
  return runs(rich).some((run) => run.font?.strike === true && (run.text ?? '').trim() !== '');
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
