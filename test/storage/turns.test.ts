// Turns: so many at a time, in order, and neither what is called for nor what is due keeps the other waiting.
import { expect, it } from 'vitest';
import { type Line, Turns } from '../../src/storage/turns.js';
import { gate } from './tally.js';

it('lets two lines go turn about, each in its order, and a line that is alone go on', async () => {
  const turns = new Turns(1);
  const began: string[] = [];
  const door = gate();
  const ask = (name: string, line: Line) => turns.run(async () => void began.push(name), line);
  const first = turns.run(() => door.passed);
  expect(turns.isFree).toBe(false);
  const all = [
    ...['due 1', 'due 2', 'due 3', 'due 4'].map((name) => ask(name, 'due')),
    ...['called 1', 'called 2'].map((name) => ask(name, 'called')),
  ];
  door.open();
  await Promise.all([first, ...all]);
  expect(began).toEqual(['called 1', 'due 1', 'called 2', 'due 2', 'due 3', 'due 4']);
  expect(turns.isFree).toBe(true);
});

it('runs no more than its number at a time, and one that fails gives its turn back', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const work = async (n: number) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
    if (n % 2) throw new Error('no luck');
  };
  const ended = await Promise.allSettled(
    Array.from({ length: 9 }, (_, n) => turns.run(() => work(n), n % 3 ? 'due' : 'called')),
  );
  expect(ended.filter((e) => e.status === 'rejected').length).toBe(4);
  expect(most).toBe(2);
  expect(turns.isFree).toBe(true);
});
