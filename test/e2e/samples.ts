// What the world must look like once the samples were handled, and which lines no user should ever see.
import { expect } from 'vitest';
import type { SampleDecision } from '../../src/sandbox/sample-ticket.js';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import type { SandboxWorld } from '../../src/sandbox/world-file.js';
import { type Received, received } from './place.js';

export interface Handling {
  key: string;
  ticketId: string;
  expected: SampleDecision;
}

/** All that the samples bring: the tickets in their order, then what their writers answered and the tickets of colleagues. */
export function handlingsOf(world: SandboxWorld): Handling[] {
  const first = sampleTickets.map(({ key, expected }, i) => ({ key, expected, ticketId: world.samples![i]! }));
  const later = sampleTickets.flatMap(({ key, reaction }) =>
    reaction ? [{ key, expected: reaction.expected, ticketId: world.reactions![key]! }] : [],
  );
  const relisted = sampleTickets.flatMap(({ reaction }, i) =>
    reaction?.approves ? [{ key: 'relisted', expected: reaction.approves.expected, ticketId: world.samples![i]! }] : [],
  );
  return [...first, ...relisted, ...later];
}

/** The last handling of each ticket: how its case stands in the end. */
export function lastHandlings(world: SandboxWorld): Handling[] {
  return [...new Map(handlingsOf(world).map((h) => [h.ticketId, h])).values()];
}

const REPLYING = ['new-integration', 'in-progress', 'not-approved', 'not-approved-again', 'ask-for-details'];
/** Rules that tell sales something, with how the mail begins and what the post says; null: there is none. */
const TELLING: Record<string, { subject: RegExp; post: RegExp | null }> = {
  'not-approved': { subject: /^API access request: /, post: /not approved for EverBright/ },
  'not-approved-again': { subject: /^Re: API access request: /, post: /^Another person/ },
  'relisted-after-decline': { subject: /^Re: /, post: /stands on our lists now/ },
  'news-after-decline': { subject: /^Re: API access request: /, post: null },
};
const DUPLICATE = '[possible duplicate] ';

/**
 * Each customer exactly one reply, each ticket at most one note; each customer who reacts does so once and is handled; sales get each mail and
 * post once unmarked at most, and at most once more and marked.
 */
export function expectOnce(world: SandboxWorld): void {
  const got = received(world);
  const handlings = handlingsOf(world);
  const acted = handlings.filter(({ expected }) => expected.kind === 'act');
  const replied = acted.filter(({ expected }) => REPLYING.includes(expected.rule ?? ''));
  const counts = Object.fromEntries(Object.entries(got.replies).map(([id, texts]) => [id, texts.length]));
  expect(counts).toEqual(Object.fromEntries(replied.map(({ ticketId }) => [ticketId, 1])));
  expect(Object.values(got.notes).filter((texts) => texts.length > 1)).toEqual([]);
  for (const handling of acted) expectToldOnce(handling, got);
  const ids = new Set(handlings.map((h) => h.ticketId));
  expect(world.zendesk.tickets.map((t) => String(t.id)).filter((id) => ids.has(id))).toHaveLength(ids.size);
  const reactions = sampleTickets.flatMap(({ reaction }) => (reaction ? [1, ...(reaction.approves ? [1] : [])] : []));
  expect(handlings).toHaveLength(sampleTickets.length + reactions.length);
  for (const { key, reaction } of sampleTickets) if (reaction) expectReacted(world, key, reaction.expected);
}

function expectToldOnce({ ticketId, expected }: Handling, got: Received): void {
  const told = TELLING[expected.rule ?? ''];
  if (!told) return;
  const number = new RegExp(`\\b${ticketId}\\b`);
  const mails = got.mails
    .filter((m) => number.test(m.text) && told.subject.test(m.subject.replace(DUPLICATE, '')))
    .map((m) => m.subject.startsWith(DUPLICATE));
  const posts = got.posts
    .filter((p) => number.test(p.text) && told.post?.test(p.text))
    .map((p) => p.text.includes('possible duplicate'));
  // Marked and alone: the first attempt was begun and never left, which nobody can know afterwards.
  for (const marks of told.post ? [mails, posts] : [mails])
    expect([[false], [false, true], [true]], `${ticketId}: ${expected.rule}`).toContainEqual(marks);
}

/** Written once, and followed by what the rule does: a solved ticket, or one that lies open for a person. */
function expectReacted(world: SandboxWorld, key: string, { kind }: SampleDecision): void {
  const base = world.samples![sampleTickets.findIndex((t) => t.key === key)]!;
  const ticketId = world.reactions![key]!;
  const ticket = world.zendesk.tickets.find((t) => String(t.id) === ticketId)!;
  const written = ticket.comments.filter((c) => c.author_id === ticket.requester_id);
  expect(written, key).toHaveLength(ticketId === base ? 2 : 1);
  expect(ticket.status, key).toBe(kind === 'act' ? 'solved' : 'open');
}

/** Stacks, JSON, object dumps. */
export function unreadable(lines: string[]): string[] {
  return lines.filter((line) => /^\s+at |^\s*[{[]|\[object |\bundefined\b|\bNaN\b|Error:|UnhandledPromise/.test(line));
}
