// Reads the documentation as data: fenced blocks, what stands before them, links, and what stands between backticks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Block {
  language: string;
  text: string;
  /** The text between the block before and this one. */
  before: string;
  /** The block right after this one, when it is there. */
  next?: Block;
  /** `docs/admins.md:42`. */
  place: string;
}

export interface Document {
  path: string;
  text: string;
  blocks: Block[];
}

/** A page about files that are not ours: it is executed by a test of its own. */
export const TUTORIAL = join('docs', 'tutorial.md');

/** README, CHANGELOG and every page under docs/. */
export function readDocuments(): Document[] {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  return ['README.md', 'CHANGELOG.md', ...pages.map((name) => join('docs', name))].map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, text, blocks: blocksOf(path, text) };
  });
}

function blocksOf(path: string, text: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const m of text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)) {
    const [whole, indent, language, body] = m as unknown as [string, string, string, string];
    const line = text.slice(0, m.index).split('\n').length;
    const block: Block = {
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      before: text.slice(end, m.index),
      place: `${path}:${line}`,
    };
    const last = blocks.at(-1);
    if (last) last.next = block;
    blocks.push(block);
    end = m.index + whole.length;
  }
  return blocks;
}

/** What stands between single backticks, outside of blocks. */
export function inlineCode({ text }: Document): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map((m) => m[1]!);
}

/** Targets of links and pictures, without those that lead elsewhere or within the page. */
export function relativeLinks({ text }: Document): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((m) => m[1]!.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

function withoutBlocks(text: string): string {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** Commands of ours in a shell block, as arguments. */
export function commandsOf(block: Block): string[][] {
  if (block.language !== 'sh') return [];
  const lines = block.text.split('\n').map((line) => /^(?:npx --no usher|node dist\/main\.js) (.*)$/.exec(line)?.[1]);
  return lines.filter((line) => line !== undefined).map(words);
}

/** `match "Brightfield Solar LLC"` as two words. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!);
}

/**
 * Where an expected output and the real one part, or null. A line `…` stands for any lines, `…` within a line for anything;
 * times, versions and ports are not compared.
 */
export function difference(expected: string, actual: string, inOrder = true): string | null {
  const lines = actual.split('\n').map(steady);
  let from = 0;
  let maySkip = !inOrder;
  for (const wanted of expected.trimEnd().split('\n').map(steady)) {
    if (wanted.trim() === '…') {
      maySkip = true;
      continue;
    }
    const pattern = new RegExp(`^${wanted.split('…').map(literally).join('.*')}$`);
    const at = lines.findIndex((line, i) => i >= (inOrder ? from : 0) && pattern.test(line));
    if (at < 0 || (!maySkip && at !== from)) return `expected: ${wanted}\nfound:\n${actual}`;
    from = at + 1;
    maySkip = !inOrder;
  }
  return null;
}

function steady(line: string): string {
  return line
    .trimEnd()
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'TIME')
    .replace(/\b[0-9a-f]{12}\b/g, 'HASH');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
