// Finds every Problem code in the sources: what the functions that make Problems are given as a code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Functions whose first argument is a code; each makes a Problem or a finding of a list. */
const MAKERS =
  /\b(?:problem|failed|failedXml|refuse|refused|flaw|refusal|bad|say|at|unknown|syntaxProblem|warn|error)\(/g;
const CODE = /'([a-z][a-z0-9]*(?:-[a-z0-9]+)*)'/g;
/** Other places a code stands in: `code: '...'`, `const code = ...;`, a table's row, the third argument of `gather`. */
const ELSEWHERE = [
  /\bcode: ('[a-z]+(?:-[a-z]+)+'|'more')/g,
  /\bconst code = [^;]*('[a-z]+-[a-z-]+')[^;]*('[a-z]+-[a-z-]+')[^;]*;/g,
  /\b\d{3}: \[('[^']+'), '[A-Z]/g,
  /\bgather\([^;]*?, ('not-a-[a-z]+')/g,
];
/** Outcomes of writing are no Problems; the sandbox plays other programs. */
const LEFT_OUT =
  /^src\/(sandbox|flow|core\/match)\/|classify-|writer\.ts$|field-catalog|smtp\/deliver|mask\.ts$|embedded-worker/;

/** Code -> the files that make it. */
export function problemCodes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of sources().filter((p) => !LEFT_OUT.test(p))) {
    for (const code of codesOf(readFileSync(path, 'utf8'))) found.set(code, [...(found.get(code) ?? []), path]);
  }
  return found;
}

/** Every quoted kebab-case word of the sources, to see that a documented code still exists. */
export function quotedWords(): Set<string> {
  return new Set(sources().flatMap((path) => [...readFileSync(path, 'utf8').matchAll(CODE)].map((m) => m[1]!)));
}

function sources(): string[] {
  const entries = readdirSync('src', { recursive: true, encoding: 'utf8' });
  return entries.filter((e) => e.endsWith('.ts')).map((e) => join('src', e));
}

function codesOf(text: string): Set<string> {
  const codes = new Set<string>();
  const add = (part: string) => {
    for (const m of part.matchAll(CODE)) codes.add(m[1]!);
  };
  for (const m of text.matchAll(MAKERS)) {
    if (/\blog\.$/.test(text.slice(0, m.index))) continue;
    add(firstArgument(text.slice(m.index + m[0].length)));
  }
  for (const pattern of ELSEWHERE) for (const m of text.matchAll(pattern)) add(m.slice(1).join());
  return codes;
}

/** Up to the first comma that stands in no bracket; '' when the first argument is no plain code. */
function firstArgument(text: string): string {
  let depth = 0;
  for (let i = 0; i < Math.min(text.length, 300); i++) {
    const c = text[i]!;
    // A call inside is found by itself.
    if (c === '(' || c === ')') return '';
    if (c === ',' && depth === 0) return text.slice(0, i);
    if ('[{'.includes(c)) depth++;
    if (']}'.includes(c)) depth--;
  }
  return '';
}
