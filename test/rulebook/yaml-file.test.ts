// Hostile and clumsy YAML is refused before it can cost anything, and every value knows its place.
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/rulebook/duration.js';
import { parseYaml } from '../../src/rulebook/yaml-file.js';

const codes = (text: string) => parseYaml(text, 'x.yaml').problems.map((p) => p.code);

describe('parseYaml', () => {
  it.each([
    ['an alias bomb', bomb(8), 'yaml-aliases'],
    ['a bomb of few aliases', `a: &a [${'x,'.repeat(3000)}]\nb: [${'*a,'.repeat(9)}]`, 'yaml-aliases'],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(21)}]`, 'yaml-aliases'],
    ['an alias to what contains it', 'a: &a [ *a ]', 'yaml-aliases'],
    ['20,000 open brackets', '['.repeat(20_000), 'yaml-too-deep'],
    ['20,000 dashes', '- '.repeat(20_000), 'yaml-too-deep'],
    ['20,000 question marks', '? '.repeat(20_000), 'yaml-too-deep'],
    ['deep maps', Array.from({ length: 25 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml-too-deep'],
    ['10 MB', `a: ${'x'.repeat(10_000_000)}`, 'file-too-large'],
    ['a custom tag', 'a: !!python/object x', 'yaml-tag'],
    ['a local tag', 'a: !secret x', 'yaml-tag'],
    ['binary', 'a: !!binary aGk=', 'yaml-tag'],
    ['a merge key', 'a: &a { b: 1 }\nc:\n  <<: *a', 'merge-key'],
    ['__proto__', '__proto__: { polluted: true }', 'forbidden-key'],
    ['constructor, deep inside', 'a: [ { constructor: 1 } ]', 'forbidden-key'],
    ['a duplicate key', 'a: 1\na: 2', 'duplicate-key'],
    ['a key that is a list', '? [a, b]\n: 1', 'yaml-syntax'],
    ['two documents', 'a: 1\n---\nb: 2', 'yaml-syntax'],
    ['an open quote', 'a: "x', 'yaml-syntax'],
  ])('refuses %s', (_what, text, code) => {
    const started = performance.now();
    const file = parseYaml(text, 'x.yaml');
    expect(file.problems.map((p) => p.code)).toContain(code);
    expect(file.value).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2000);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('reads YAML 1.2: on, no and 012 are no surprise', () => {
    expect(parseYaml('a: on\nb: no\nc: 012\nd: yes', 'x').value).toEqual({ a: 'on', b: 'no', c: 12, d: 'yes' });
  });

  it('allows a few aliases', () => {
    expect(parseYaml('a: &a { b: 1 }\nc: *a', 'x').value).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  it('reports duplicate keys at the second one', () => {
    expect(parseYaml('a: 1\nb: 2\na: 3', 'x').problems[0]).toMatchObject({ file: 'x', line: 3, column: 1 });
  });

  it('knows where keys and values stand, and falls back to the parent', () => {
    const file = parseYaml('a:\n  - b: 1\n    c: two\n', 'x');
    expect(file.place(['a', 0, 'c'], 'key')).toEqual({ file: 'x', line: 3, column: 5 });
    expect(file.place(['a', 0, 'c'])).toEqual({ file: 'x', line: 3, column: 8 });
    expect(file.place(['a', 0, 'missing', 'deeper'])).toEqual({ file: 'x', line: 2, column: 5 });
    expect(file.place([])).toEqual({ file: 'x', line: 1, column: 1 });
  });

  it('has no problem with brackets and hashes in texts', () => {
    expect(codes('a: "[[[[[[["\nb: x # {{{{\nc: |\n  [Organization]\n')).toEqual([]);
  });
});

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['10', null],
    ['1.5h', null],
    ['-1m', null],
    ['10 m', null],
    ['010m', null],
    ['', null],
  ])('%s is %s milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i <= levels; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
