// The attack list is whole: sixty numbers, each executed in its section's file or said to wait.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { CASES, fileOf, SECTIONS, type Section } from './cases.js';

it('has sixty cases, and says what each waits for', () => {
  expect(CASES.map((c) => c.number)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  expect(CASES.filter((c) => c.isWaiting).map((c) => [c.number, c.waits])).toEqual([
    [21, 'with the mailbox help desk'],
  ]);
  expect(
    Object.fromEntries(Object.keys(SECTIONS).map((s) => [s, CASES.filter((c) => c.section === s).length])),
  ).toEqual({ A: 10, B: 12, C: 6, D: 10, E: 10, F: 6, G: 6 });
});

it.each(Object.keys(SECTIONS) as Section[])('has a file for section %s', async (section) => {
  expect(await readFile(fileOf(section), 'utf8')).toContain(`attacks('${section}', {`);
});
