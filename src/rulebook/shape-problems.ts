// Turns what zod found wrong with a file into Problems with a place, a suggestion and a way to mend it.
import type { z } from 'zod';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { keysAt } from './shape-keys.js';
import type { ValuePath, YamlFile } from './yaml-file.js';

/** What issues carry that is read here; zod's own union type hides it behind each code. */
interface Issue {
  code?: string;
  message: string;
  path: PropertyKey[];
  keys?: string[];
  errors?: Issue[][];
  expected?: string;
  values?: unknown[];
  input?: unknown;
}

/** Parses the file's value by `shape`; with Problems where it does not fit, all of them in one pass. */
export function fitShape<S extends z.ZodType>(
  file: YamlFile,
  shape: S,
): { value: z.output<S> | null; problems: Problem[] } {
  if (file.problems.length > 0) return { value: null, problems: file.problems };
  if (file.value === null || file.value === undefined) {
    return {
      value: null,
      problems: [problem('empty-file', 'The file is empty', 'It must at least say: usher: 1', { ...file.place([]) })],
    };
  }
  const result = shape.safeParse(file.value);
  if (result.success) return { value: result.data, problems: [] };
  const issues = result.error.issues as unknown as Issue[];
  return { value: null, problems: telling(issues).flatMap((issue) => issueProblems(issue, [], { file, shape })) };
}

/** Without what only follows from a mistyped key at the same place: "write exactly one step" when the step is mistyped. */
function telling(issues: Issue[]): Issue[] {
  const mistyped = issues.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => issue.path.join('/'));
  return issues.filter((issue) => issue.code !== 'custom' || !mistyped.includes(issue.path.join('/')));
}

interface Context {
  file: YamlFile;
  shape: z.ZodType;
}

function issueProblems(issue: Issue, parent: PropertyKey[], context: Context): Problem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => unknownKey(key, path, context));
  }
  const missing = valueAt(context.file.value, path) === undefined;
  if (missing && (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union')) {
    const parentPath = path.slice(0, -1);
    return [
      at(
        'missing-key',
        `"${String(path.at(-1))}" is missing${parentPath.length ? ` in ${label(parentPath)}` : ''}`,
        parentPath,
        context,
      ),
    ];
  }
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors ?? []);
    if (branch.length > 0 && !branch.every((inner) => isRootMismatch(inner))) {
      return telling(branch).flatMap((inner) => issueProblems(inner, path, context));
    }
    const wanted = (issue.errors ?? []).flatMap((inner) => inner.filter(isRootMismatch).map(expectation));
    return [
      at(
        'invalid-value',
        `${label(path)} must be ${[...new Set(wanted)].join(' or ') || 'something else'}`,
        path,
        context,
      ),
    ];
  }
  if (issue.code === 'invalid_key') {
    const why = bestBranch([(issue as { issues?: Issue[] }).issues ?? []])[0]?.message ?? 'not a usable name';
    return [at('invalid-value', `"${String(path.at(-1))}" ${why}`, path, context, 'key')];
  }
  return [invalidValue(issue, path, context)];
}

function invalidValue(issue: Issue, path: PropertyKey[], context: Context): Problem {
  if (issue.code === 'invalid_value' && issue.values) {
    const given = valueAt(context.file.value, path);
    const known = issue.values.map(String);
    const near = typeof given === 'string' ? suggestion(given, known) : undefined;
    const hint = near ? `; did you mean "${near}"?` : '';
    return at(
      'invalid-value',
      `${label(path)} is ${show(given)}, but must be ${known.map((v) => `"${v}"`).join(' or ')}${hint}`,
      path,
      context,
    );
  }
  if (issue.code === 'invalid_type') {
    return at(
      'invalid-value',
      `${label(path)} is ${show(valueAt(context.file.value, path))}, but must be ${expectation(issue)}`,
      path,
      context,
    );
  }
  return at('invalid-value', `${label(path)}: ${issue.message}`, path, context);
}

function unknownKey(key: string, path: PropertyKey[], context: Context): Problem {
  const known = keysAt(context.shape, path);
  const near = suggestion(key, known);
  const message = `unknown field "${key}"${didYouMean(near)}`;
  const fix = near
    ? `Write "${near}", or remove it`
    : known.length > 0
      ? `Known here: ${known.join(', ')}`
      : 'Remove it';
  return problem('unknown-key', message, fix, { ...context.file.place([...path, key], 'key') });
}

/** The member of a union that the writer most likely meant: the right kind of value, with the fewest faults. */
function bestBranch(branches: Issue[][]): Issue[] {
  const right = branches.filter((issues) => !issues.some(isRootMismatch));
  return [...right].sort((a, b) => a.length - b.length)[0] ?? branches[0] ?? [];
}

function isRootMismatch(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

const EXPECTED: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
  array: 'a list',
  null: 'empty',
};

function expectation(issue: Issue): string {
  if (issue.values) return issue.values.map((v) => `"${String(v)}"`).join(' or ');
  return EXPECTED[issue.expected ?? ''] ?? issue.expected ?? issue.message;
}

function label(path: ValuePath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`)).join('');
  return text ? `"${text.replace(/^\./, '')}"` : 'the file';
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map';
  return value === null ? 'empty' : JSON.stringify(value);
}

function at(
  code: string,
  message: string,
  path: ValuePath,
  context: Context,
  part: 'key' | 'value' = 'value',
): Problem {
  return problem(code, message, 'Correct it here; your editor shows what fits', { ...context.file.place(path, part) });
}

function valueAt(value: unknown, path: ValuePath): unknown {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}
