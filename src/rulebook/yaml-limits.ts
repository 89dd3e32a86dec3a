// The limits of rule files: size, depth, aliases, tags and keys that have no business in a text written by hand.
import {
  type CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { type Problem, problem } from '../problem.js';

/** Largest rule file read; a rulebook is written by hand. */
export const YAML_BYTES_MAX = 256 * 1024;
/** Deepest nesting of maps and lists. */
export const YAML_DEPTH_MAX = 20;
/** Aliases (`*name`) a file may use. */
export const YAML_ALIASES_MAX = 20;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** What the parser allows and we do not: tags, aliases beyond a few, merge keys, keys that reach into JavaScript. */
export function nodeProblems(root: unknown, at: (offset: number) => Partial<Problem>): Problem[] {
  const problems: Problem[] = [];
  let aliases = 0;
  const place = (node: unknown) => at(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  if (!isNode(root)) return problems;
  visit(root, {
    Node(_key, node) {
      const tag = 'tag' in node ? node.tag : undefined;
      if (tag && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag)) {
        problems.push(
          problem(
            'yaml-tag',
            `The tag "${tag}" is not allowed`,
            'Remove the tag: rule files use plain values only',
            place(node),
          ),
        );
      }
      if (isAlias(node) && ++aliases === YAML_ALIASES_MAX + 1) {
        problems.push(
          problem(
            'yaml-aliases',
            `More than ${YAML_ALIASES_MAX} aliases in one file`,
            'Write the values out',
            place(node),
          ),
        );
      }
    },
    Pair(_key, pair) {
      const key = isScalar(pair.key) ? String(pair.key.value) : null;
      if (key === null) return;
      if (FORBIDDEN_KEYS.has(key))
        problems.push(
          problem('forbidden-key', `"${key}" cannot be used as a key`, 'Choose another name', place(pair.key)),
        );
      if (key === '<<')
        problems.push(
          problem('merge-key', 'Merge keys (<<) are not supported', 'Write the values out', place(pair.key)),
        );
    },
  });
  if (depthOf(root) > YAML_DEPTH_MAX) {
    problems.push(
      problem(
        'yaml-too-deep',
        `The file is nested deeper than ${YAML_DEPTH_MAX} levels`,
        'Write it flatter',
        place(root),
      ),
    );
  }
  if (problems.length === 0 && expandedSize(root) > 20_000) {
    problems.push(
      problem(
        'yaml-aliases',
        'The aliases of this file expand to too many values',
        'Write the values out',
        place(root),
      ),
    );
  }
  return problems;
}

function depthOf(node: unknown): number {
  if (isMap(node)) return 1 + Math.max(0, ...node.items.map((pair) => depthOf(pair.value)));
  return isSeq(node) ? 1 + Math.max(0, ...node.items.map(depthOf)) : 0;
}

/** Values in the file with aliases written out; stops at a bomb instead of building it. */
function expandedSize(root: Node): number {
  const sizes = new Map<string, number>();
  const measure = (node: unknown): number => {
    if (isAlias(node)) return sizes.get(node.source) ?? 20_001;
    let size = 1;
    if (isMap(node)) for (const pair of node.items) size += 1 + measure(pair.value);
    else if (isSeq(node)) for (const item of node.items) size += measure(item);
    if (isNode(node) && 'anchor' in node && node.anchor) sizes.set(node.anchor, size);
    return size;
  };
  return measure(root);
}

/**
 * The tokens of a text for the composer, which is recursive: null for what nests deeper than it may, by the depth of the parser's own
 * stack, as quotes and comments cannot hide a bracket from that. The stack holds the document and the value in hand besides the collections.
 */
export function tokensOf(text: string, counter: LineCounter): CST.Token[] | null {
  counter.addNewLine(0);
  const parser = new Parser(counter.addNewLine);
  const tokens: CST.Token[] = [];
  const isTooDeep = () => parser.stack.length > YAML_DEPTH_MAX + 2;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (isTooDeep()) return null;
      tokens.push(token);
    }
    if (isTooDeep()) return null;
  }
  tokens.push(...parser.end());
  return tokens;
}
