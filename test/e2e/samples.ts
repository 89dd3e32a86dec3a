// What the world must look like once the sample tickets were handled, and which lines no user should ever see.
import { expect } from 'vitest';
import { type SampleTicket, sampleTickets } from '../../src/sandbox/sample-tickets.js';
import type { SandboxWorld } from '../../src/sandbox/world-file.js';
import { received } from './place.js';

const REPLYING = ['new-integration', 'in-progress', 'not-approved', 'ask-for-details'];
const DECLINING = ['not-approved'];
const actedBy =
  (rules: string[]) =>
  ({ expected }: SampleTicket) =>
    expected.kind === 'act' && rules.includes(expected.rule ?? '');

/** Each customer exactly one reply, each ticket at most one note; sales get each mail and post once unmarked at most, and at most once more and marked. */
export function expectOnce(world: SandboxWorld): void {
  const got = received(world);
  const expected = sampleTickets.filter(actedBy(REPLYING)).map((t) => world.samples![sampleTickets.indexOf(t)]!);
  const counts = Object.fromEntries(Object.entries(got.replies).map(([id, texts]) => [id, texts.length]));
  expect(counts).toEqual(Object.fromEntries(expected.map((id) => [id, 1])));
  expect(Object.values(got.notes).filter((texts) => texts.length > 1)).toEqual([]);
  for (const [i, ticket] of sampleTickets.entries()) {
    if (!actedBy(DECLINING)(ticket)) continue;
    const number = new RegExp(`\\b${world.samples![i]}\\b`);
    const mails = got.mails.filter((m) => number.test(m.text)).map((m) => m.subject.startsWith('[possible duplicate]'));
    const posts = got.posts.filter((p) => number.test(p.text)).map((p) => p.text.includes('possible duplicate'));
    // Marked and alone: the first attempt was begun and never left, which nobody can know afterwards.
    for (const marks of [mails, posts]) expect([[false], [false, true], [true]]).toContainEqual(marks);
  }
  expect(world.zendesk.tickets.filter((t) => world.samples!.includes(String(t.id)))).toHaveLength(sampleTickets.length);
}

/** Stacks, JSON, object dumps. */
export function unreadable(lines: string[]): string[] {
  return lines.filter((line) => /^\s+at |^\s*[{[]|\[object |\bundefined\b|\bNaN\b|Error:|UnhandledPromise/.test(line));
}
