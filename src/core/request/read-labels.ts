// Reads lines like `Organization: Acme` from a message, also several in one line, and lists below a label.
import { foldWords } from '../text.js';
import { saidIn } from './bare-value.js';
import type { RequestField, Said } from './request-spec.js';

const LINE_MAX = 500;
const LINES_MAX = 400;
const LIST_MAX = 10;
const LABEL_WORDS_MAX = 6;

interface Label {
  field: RequestField;
  /** Where its words begin, and where its value does. */
  start: number;
  end: number;
}

/** Everything said under a label, in order. Plain scanning: time grows with the length of the text only. */
export function readLabels(lines: readonly string[], fields: readonly RequestField[]): Said[] {
  const wanted = labelsOf(fields);
  if (wanted.size === 0) return [];
  const cut = lines.slice(0, LINES_MAX).map((line) => line.slice(0, LINE_MAX));
  const found = cut.map((line) => labelsIn(line, wanted));
  return cut.flatMap((line, row) =>
    found[row]!.map((label, i) => {
      const inLine = line.slice(label.end, found[row]![i + 1]?.start ?? line.length);
      const isLast = i === found[row]!.length - 1;
      const text = foldWords(inLine) === '' && isLast ? listBelow(cut, found, row) : inLine;
      return saidIn(label.field, text);
    }),
  );
}

function labelsOf(fields: readonly RequestField[]): Map<string, RequestField> {
  return new Map(fields.flatMap((field) => field.labels.map((label) => [foldWords(label), field] as const)));
}

/** Words right before a colon or an equals sign that are a label: `Our organization: Acme`, `Org = Acme; Platform: X`. */
function labelsIn(line: string, wanted: Map<string, RequestField>): Label[] {
  const labels: Label[] = [];
  for (const mark of line.matchAll(/[:：=]/g)) {
    const from = labels.at(-1)?.end ?? 0;
    const words = [...line.slice(from, mark.index).matchAll(/[\p{L}\p{N}\p{M}]+/gu)].slice(-LABEL_WORDS_MAX);
    // The longest label that ends here; `Sub-org(s)` is `sub org` in the plural.
    for (const word of words) {
      const start = from + word.index;
      const folded = foldWords(line.slice(start, mark.index));
      const field = wanted.get(folded) ?? wanted.get(folded.replace(/ s$/, ''));
      if (!field) continue;
      labels.push({ field, start, end: mark.index + 1 });
      break;
    }
  }
  return labels;
}

/** The lines below a label that stands alone, up to a blank one or the next label. */
function listBelow(lines: readonly string[], found: readonly Label[][], row: number): string {
  const below: string[] = [];
  for (let i = row + 1; i < lines.length && below.length < LIST_MAX; i++) {
    const isBlank = foldWords(lines[i]!) === '';
    if (found[i]!.length > 0 || (isBlank && (below.length > 0 || i > row + 1))) break;
    if (!isBlank) below.push(lines[i]!);
  }
  return below.join('\n');
}
