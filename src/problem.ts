// The catalogue of Problems: what happened, what it means, what to do, and the place in a file where there is one.

/** Whose it is to mend: the admin's files and settings, the network's (try again), or ours (a bug). */
export type ProblemFamily = 'admin' | 'network' | 'bug';

/** One thing that is wrong, said so that the reader can mend it. Lines and columns count from 1. */
export interface Problem {
  /** Stable identifier, kebab-case: tests and docs refer to it, never to the sentence. */
  code: string;
  family: ProblemFamily;
  severity: 'error' | 'warning';
  /** What happened, one sentence without a full stop needed. */
  message: string;
  /** What to do about it. */
  fix: string;
  file?: string;
  line?: number;
  column?: number;
  /** The far side asked to come again after so many milliseconds. */
  retryAfterMs?: number;
  /** Nothing was asked of the far side and nothing has failed: its rate limit is kept, and it is not our turn. */
  isPutOff?: boolean;
}

/** Thrown where work cannot go on; carries every Problem found so that all are shown in one pass. */
export class ProblemError extends Error {
  readonly problems: Problem[];
  constructor(problems: Problem | Problem[], options?: { cause?: unknown }) {
    const all = Array.isArray(problems) ? problems : [problems];
    super(all.map((p) => formatProblem(p)).join('\n'), options);
    this.name = 'ProblemError';
    this.problems = all;
  }
}

/** Builds a Problem of the admin's family with severity error; override what differs. */
export function problem(code: string, message: string, fix: string, more: Partial<Problem> = {}): Problem {
  return { code, family: 'admin', severity: 'error', message, fix, ...more };
}

/** `rules/x.yaml:14:9  error unknown-key  message. Fix: ...` on one line; control characters made visible. */
export function formatProblem(p: Problem): string {
  const place = p.file ? `${p.file}${p.line ? `:${p.line}${p.column ? `:${p.column}` : ''}` : ''}  ` : '';
  const mark = p.severity === 'warning' ? 'warning' : 'error';
  return `${place}${mark} ${p.code}: ${visible(p.message)}${p.fix ? ` (${visible(p.fix)})` : ''}`;
}

/** Replaces control, bidi and zero-width characters by \u escapes, so that hostile text cannot repaint a terminal or a log. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** For the end of a sentence about a mistyped word: `; did you mean "x"?`, or nothing where no word is near. */
export function didYouMean(near: string | undefined): string {
  return near ? `; did you mean "${near}"?` : '';
}

/** The nearest of `known` to a mistyped word (Damerau-Levenshtein at most 2, or a third of its length), or undefined. */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edit distance with transpositions (optimal string alignment); stops counting at `limit`. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let from = 0;
  let [aEnd, bEnd] = [a.length, b.length];
  // What both begin and end with changes nothing.
  while (from < aEnd && from < bEnd && a.charCodeAt(from) === b.charCodeAt(from)) from += 1;
  for (; aEnd > from && bEnd > from && a.charCodeAt(aEnd - 1) === b.charCodeAt(bEnd - 1); aEnd--) bEnd -= 1;
  const [rows, columns] = [aEnd - from, bEnd - from];
  if (rows === 0 || columns === 0) return Math.min(rows + columns, limit);
  const far = rows + columns;
  // Further from the diagonal no distance below the limit is found.
  const band = Math.min(limit - 1, far);
  let before = new Uint32Array(columns + 1);
  let previous = new Uint32Array(columns + 1);
  let row = new Uint32Array(columns + 1);
  for (let j = 1; j <= columns; j++) previous[j] = j;
  for (let i = 1; i <= rows; i++) {
    const first = Math.max(1, i - band);
    const last = Math.min(columns, i + band);
    let least = first === 1 ? i : far;
    row[first - 1] = least;
    for (let j = first; j <= last; j++) {
      const [one, other] = [a.charCodeAt(from + i - 1), b.charCodeAt(from + j - 1)];
      let d = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (one === other ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one === b.charCodeAt(from + j - 2) && a.charCodeAt(from + i - 2) === other;
      if (isSwapped) d = Math.min(d, before[j - 2]! + 1);
      row[j] = d;
      if (d < least) least = d;
    }
    if (last < columns) row[last + 1] = far;
    if (least >= limit) return limit;
    [before, previous, row] = [previous, row, before];
  }
  return Math.min(previous[columns]!, limit);
}

/** How long an error asks to wait; null when it does not say. */
export function retryAfterOf(error: unknown): number | null {
  return error instanceof ProblemError ? (error.problems[0]?.retryAfterMs ?? null) : null;
}

/** How long to wait when an error says nothing but "it is not our turn"; null for any other. */
export function putOffMs(error: unknown): number | null {
  return error instanceof ProblemError && error.problems[0]?.isPutOff ? retryAfterOf(error) : null;
}
