// Reads one YAML file under strict limits and remembers where every value stands, so that a Problem can point at it.
import { Composer, type Document, isCollection, isMap, isNode, isPair, isScalar, LineCounter, type Node } from 'yaml';
import { type Problem, problem } from '../problem.js';
import { nodeProblems, tokensOf, YAML_ALIASES_MAX, YAML_BYTES_MAX, YAML_DEPTH_MAX } from './yaml-limits.js';

export interface Place {
  file: string;
  line: number;
  column: number;
}

/** A path into the value, as zod reports it. */
export type ValuePath = readonly PropertyKey[];

/** A parsed file. `value` is undefined when a Problem forbids using it. */
export interface YamlFile {
  file: string;
  value: unknown;
  problems: Problem[];
  /** Where the value at the path stands; with `key`, where its key stands. Falls back to the nearest parent. */
  place(path: ValuePath, part?: 'key' | 'value'): Place;
}

/** Parses YAML 1.2 text; `firstLine` is the file's line that the text starts on (front matter). Never throws. */
export function parseYaml(text: string, file: string, firstLine = 1): YamlFile {
  const start: Place = { file, line: firstLine, column: 1 };
  const refused = (code: string, message: string, fix: string): YamlFile => ({
    file,
    value: undefined,
    problems: [problem(code, message, fix, start)],
    place: () => start,
  });
  if (Buffer.byteLength(text) > YAML_BYTES_MAX) {
    return refused(
      'file-too-large',
      `The file is larger than ${YAML_BYTES_MAX / 1024} kB`,
      'Split it or make it shorter',
    );
  }
  const counter = new LineCounter();
  const tokens = tokensOf(text, counter);
  if (!tokens) {
    return refused('yaml-too-deep', `The file is nested deeper than ${YAML_DEPTH_MAX} levels`, 'Write it flatter');
  }
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file, line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1) };
  };
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: true,
    merge: false,
    stringKeys: true,
    strict: true,
    resolveKnownTags: false,
  });
  // There is always one: an empty text is an empty document.
  const documents = composer.compose(tokens, true, text.length);
  const document = documents.next().value as Document.Parsed;
  const second = documents.next().value as Document.Parsed | undefined;
  const said = document.errors.map((error) => syntaxProblem(error.code, error.message, at(error.pos[0])));
  // One wrong indentation makes the parser trip over every line that follows: only the first fall is told.
  const problems = said.filter((p, i) => p.code !== 'yaml-syntax' || i === said.findIndex((o) => o.code === p.code));
  for (const warning of document.warnings) {
    problems.push(
      problem(
        'yaml-tag',
        oneLine(warning.message),
        'Remove the tag: rule files use plain values only',
        at(warning.pos[0]),
      ),
    );
  }
  if (second) {
    const message = 'A second document begins here';
    problems.push(problem('yaml-syntax', message, 'Remove the line --- and keep one document', at(second.range[0])));
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    problems.push(
      problem(
        'yaml-syntax',
        'The file asks for another YAML than 1.2, in which words like on and no mean something else',
        'Remove the line that begins with %YAML',
        start,
      ),
    );
  }
  if (document.contents && problems.length === 0) problems.push(...nodeProblems(document.contents, at));
  const root = document.contents;
  return {
    file,
    value: problems.length === 0 ? document.toJS({ maxAliasCount: YAML_ALIASES_MAX }) : undefined,
    problems,
    place: (path, part = 'value') => (isNode(root) ? at(offsetOf(root, path, part)) : start),
  };
}

function syntaxProblem(code: string, message: string, place: Place): Problem {
  if (code === 'DUPLICATE_KEY') {
    return problem('duplicate-key', 'The same key stands twice in one map', 'Keep one of the two', { ...place });
  }
  if (code === 'TAG_RESOLVE_FAILED') {
    return problem('yaml-tag', oneLine(message), 'Remove the tag: rule files use plain values only', { ...place });
  }
  return problem(
    'yaml-syntax',
    `Not readable as YAML: ${oneLine(message)}`,
    'Check indentation, quotes and colons here',
    { ...place },
  );
}

function offsetOf(root: Node, path: ValuePath, part: 'key' | 'value'): number {
  let node: Node = root;
  let offset = node.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (!isCollection(node)) return offset;
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return offset;
      const key = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      if (!isNode(pair.value) || (last && part === 'key')) return key;
      node = pair.value;
    } else {
      const item = node.items[Number(step)];
      if (!isNode(item)) return offset;
      node = item;
    }
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
