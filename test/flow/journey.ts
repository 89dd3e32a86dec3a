// What tests of the flow share: visiting a case until it rests, telling it news, and asking the world what people received.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect } from 'vitest';
import { handleCase } from '../../src/flow/handle-case.js';
import { sightByWebhook } from '../../src/flow/intake.js';
import type { CaseDetail } from '../../src/ports.js';
import type { Database } from '../../src/storage/pool.js';
import { OPENING_MS, type Open } from '../storage/databases.js';
import { type Company, newcomer, type Process, startWorld, type World, type WorldOptions } from './world.js';

/** How long a case may take to come to rest, in real milliseconds. */
const PATIENCE_MS = 60_000;

export interface Stage {
  world: World;
  db: Database;
  /** A company nobody knows, another one at each call. */
  stranger(): Company;
}

/** One world for all tests of a suite. */
export function stageFor(open: Open, options: WorldOptions = {}): Stage {
  let n = 0;
  const stage = { stranger: () => newcomer(n++) } as Stage;
  beforeAll(async () => {
    stage.db = await open();
    stage.world = await startWorld(stage.db, options);
  }, OPENING_MS);
  afterAll(() => stage.world?.close());
  return stage;
}

export const caseIdOf = (ticketId: string): string => `sandbox-${ticketId}`;

let deliveries = 0;

/** A webhook arrives, with an id of its own. */
export async function tell(process: Process, ticketId: string): Promise<string> {
  return sightByWebhook(process.deps, ticketId, `delivery-${++deliveries}-${ticketId}`);
}

export interface Patience {
  /** Called before each visit: to let time pass faster than it does. */
  beforeVisit?: () => Promise<void>;
  /** Rest when this is true; else when nothing is left to do but by a person. */
  until?: (detail: CaseDetail) => boolean;
}

/** Visits the case again and again, as the worker does, until it rests; throws with the whole case when it never does. */
export async function untilRest(
  { world, db }: Stage,
  process: Process,
  ticketId: string,
  { beforeVisit, until }: Patience = {},
): Promise<CaseDetail> {
  const caseId = caseIdOf(ticketId);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await beforeVisit?.();
    await handleCase(process.deps, caseId);
    const detail = await world.detail(caseId);
    if (until ? until(detail) : isAtRest(detail) && !(await hasNews(db, caseId))) return detail;
    if (Date.now() > deadline)
      throw new Error(`case ${caseId} never rests: ${JSON.stringify(summary(detail), null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A webhook, and then visits until rest. */
export async function arrive(
  stage: Stage,
  process: Process,
  ticketId: string,
  patience?: Patience,
): Promise<CaseDetail> {
  await tell(process, ticketId);
  return untilRest(stage, process, ticketId, patience);
}

/** Whether a trigger waits for its look: a ticket that changed a moment ago is looked at a little later. */
async function hasNews(db: Database, caseId: string): Promise<boolean> {
  const open = await sql`select 1 from usher.triggers where case_id = ${caseId} and handled_at is null limit 1`.execute(
    db.kysely<unknown>(),
  );
  return open.rows.length > 0;
}

export function isAtRest(detail: CaseDetail): boolean {
  const isOpen = detail.stepDetails.some(
    (s) => s.state === 'claimed' || (s.state === 'planned' && detail.state !== 'held'),
  );
  return !isOpen && ['done', 'held', 'not-for-usher'].includes(detail.state);
}

/** Waits that the far side asked for (an hour, say) are over at once. */
export function timePasses({ db }: Stage): () => Promise<void> {
  return async () => {
    await sql`update usher.writes set not_before = now() where not_before > now() + interval '5 seconds'`.execute(
      db.kysely<unknown>(),
    );
  };
}

export interface Received {
  replies: string[];
  notes: string[];
  mails: string[];
  posts: string[];
  /** The acts of Usher on this ticket and its hand-offs in the order in which the world saw them. */
  order: string[];
}

/** What people received because of one ticket; mails and posts are told apart by the company's name. */
export function received({ world }: Stage, ticketId: string, company: Company): Received {
  const log = world.zendesk.world().filter((e) => e.ticketId === ticketId && e.by === 'usher');
  const mails = world.smtp.mails().filter((m) => m.text.includes(company.name) || m.subject.includes(company.name));
  const posts = world.slack.posts('everbright-sales').filter((p) => p.text.includes(company.name));
  const order = [
    ...log.map((e) => ({ at: Date.parse(e.at), what: e.kind === 'public-comment' ? 'reply' : e.kind })),
    ...mails.map((m) => ({ at: Math.floor(Date.parse(m.at) / 1000) * 1000, what: 'mail' })),
    ...posts.map((p) => ({ at: Math.floor(Number(p.ts)) * 1000, what: 'post' })),
  ];
  return {
    replies: log.filter((e) => e.kind === 'public-comment').map((e) => e.text),
    notes: log.filter((e) => e.kind === 'internal-note').map((e) => e.text),
    mails: mails.map((m) => m.subject),
    posts: posts.map((p) => p.text),
    order: order.sort((a, b) => a.at - b.at).map((e) => e.what),
  };
}

/** The invariants that hold whatever happened: one reply at most, hand-offs twice at most and the second marked, nothing lost. */
export function expectSafe(detail: CaseDetail, got: Received, hint = ''): void {
  const text = `${hint} ${JSON.stringify(summary(detail))}`;
  expect(got.replies.length, text).toBeLessThanOrEqual(1);
  for (const handOffs of [got.mails, got.posts]) {
    expect(handOffs.length, text).toBeLessThanOrEqual(2);
    expect(handOffs.filter((h) => !h.includes('possible duplicate')).length, text).toBeLessThanOrEqual(1);
  }
  expect(['done', 'held', 'not-for-usher'], text).toContain(detail.state);
  if (detail.state === 'held') expect(detail.reason, text).toBeTruthy();
}

/** A case in a few lines, for messages of failed tests. */
export function summary(detail: CaseDetail): object {
  return {
    state: detail.state,
    reason: detail.reason,
    rule: detail.rule,
    steps: detail.stepDetails.map((s) => `${s.id} ${s.type} ${s.state} ${s.reason ?? ''}`),
    timeline: detail.timeline.map((t) => t.text),
  };
}

/** Does the same for many, a few at once; the first failure is thrown. */
export async function atOnce<T>(things: T[], work: (thing: T) => Promise<void>, width = 6): Promise<void> {
  const left = [...things];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

export function statesOf(detail: CaseDetail): Record<string, string> {
  return Object.fromEntries(detail.steps.map((s) => [s.type, s.state]));
}
