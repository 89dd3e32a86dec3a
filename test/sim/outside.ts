// The ports to the outside as the bot is given them: help desk, chat and mail, each call travelling there and back.
import type { Chat, HelpdeskReader, HelpdeskWriter, Lookup, Mail, Outcome, Sighting } from '../../src/ports.js';
import { ProblemError, problem } from '../../src/problem.js';
import type { Desk, DeskTicket } from './desk.js';
import type { Faults } from './faults.js';
import type { Strike } from './network-faults.js';
import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';
import type { WorldLog } from './world-log.js';

export interface Outside {
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  desk: Desk;
  log: WorldLog;
  /** Counts that something worth seeing was seen. */
  seen: (what: string) => void;
}

/** The export leaves out the newest minute. */
const EXPORT_LAG_MS = 61_000;
const OVERLAP_MS = 600_000;

const travel = (o: Outside) => o.scheduler.turn(o.random.int(1, 60));

/** There, done (or struck), and back; `apply` does it once and answers what a healthy call answers. */
export async function write(o: Outside, strike: Strike | null, apply: (isEcho: boolean) => Outcome): Promise<Outcome> {
  await travel(o);
  let outcome: Outcome | null = null;
  const times = strike ? strike.applied : 1;
  for (let n = 0; n < times; n++) {
    const answer = apply(n > 0);
    if (n === 0) outcome = answer;
    if (answer.kind !== 'done') break;
  }
  await o.scheduler.turn((strike?.slowMs ?? 0) + o.random.int(1, 60));
  // A healthy-looking answer to nothing stored names things that are not there.
  if (!strike) return outcome!;
  // The far side's definite no to what was wrong anyway comes before its troubles.
  if (outcome && outcome.kind !== 'done') return outcome;
  if (strike.applied === 0 && strike.outcome === null) o.seen('swallowed');
  return (
    strike.outcome ??
    outcome ?? { kind: 'done', receipt: { ticketId: '', auditId: '0', at: '', ts: '0', messageId: '' } }
  );
}

async function read<T>(o: Outside, look: () => T): Promise<T> {
  await travel(o);
  if (o.faults.readFails())
    throw new ProblemError(
      problem('helpdesk-unreachable', 'The help desk does not answer', 'It is tried again', { family: 'network' }),
    );
  const found = look();
  await travel(o);
  return found;
}

async function lookup(o: Outside, look: () => Lookup): Promise<Lookup> {
  const found = await read(o, look).catch((): Lookup => ({ kind: 'cannot-tell', reason: 'no answer' }));
  o.seen(`lookup ${found.kind}`);
  return found;
}

/** What a history shows now: all but what is too new for it. */
function history<T extends { atMs: number }>(o: Outside, entries: T[]): T[] {
  return o.faults.staleMs === 0 ? entries : entries.filter((e) => e.atMs <= o.scheduler.now() - o.faults.staleMs);
}

const isGone = (found: DeskTicket | undefined): found is undefined => !found || found.ticket.status === 'deleted';

export function deskReader(o: Outside): HelpdeskReader {
  const { desk } = o;
  return {
    name: 'sandbox',
    fetchTicket: (id, known) =>
      read(o, () => {
        const found = desk.tickets.get(id);
        if (isGone(found)) return null;
        const { ticket } = found;
        const isSame = known?.updatedAt === ticket.updatedAt;
        if (isSame) o.seen('ticket not read whole');
        const said = isSame ? { body: known.body, messages: known.messages } : {};
        const assignee = ticket.assignee === '9000' ? null : ticket.assignee;
        return { ...ticket, ...said, tags: [...ticket.tags], assignee };
      }),
    inspect: (id, since) =>
      read(o, () => {
        const found = desk.tickets.get(id);
        if (isGone(found)) return null;
        const { ticket, audits } = found;
        const sinceMs = Date.parse(since);
        const changes = history(o, audits)
          .filter((a) => Date.parse(a.at) > sinceMs)
          .reverse();
        const { version, status, assignee } = ticket;
        return { version, status, assignee, readAt: o.scheduler.iso(), changes };
      }),
    findMark: (id, mark, notBefore) =>
      lookup(o, () => {
        const audits = desk.tickets.get(id)?.audits ?? [];
        const found = history(o, audits).find(
          (a) => a.by === 'usher' && a.mark === mark && a.atMs >= Date.parse(notBefore) - 60_000,
        );
        if (!found) return { kind: 'absent' };
        return { kind: 'found', receipt: { ticketId: id, auditId: found.id, at: found.at } };
      }),
    changedSince: (cursor, since) => read(o, () => page(o, cursor === null ? since.getTime() : Number(cursor))),
    suspendedCount: () => read(o, () => 0),
  };
}

/** Rows in the order of their change; now and then the last ten minutes are read again. */
function page(o: Outside, fromMs: number): { sightings: Sighting[]; cursor: string; more: boolean } {
  const until = o.scheduler.now() - EXPORT_LAG_MS;
  const start = o.random.chance(0.2) ? fromMs - OVERLAP_MS : fromMs;
  const rows = [...o.desk.tickets.values()]
    .filter((t) => t.generatedMs > start && t.generatedMs <= until)
    .sort((a, b) => a.generatedMs - b.generatedMs);
  const sightings = rows.map(({ ticket }) => ({
    ticketId: ticket.id,
    updatedAt: ticket.updatedAt,
    createdAt: ticket.createdAt,
    deleted: ticket.status === 'deleted',
  }));
  return { sightings, cursor: String(Math.max(fromMs, rows.at(-1)?.generatedMs ?? 0)), more: false };
}

export function deskWriter(o: Outside): HelpdeskWriter {
  return {
    async update(id, content, { mark, version }) {
      const strike = o.faults.strikeAt('desk');
      const outcome = await write(o, strike, (isEcho) => {
        const found = o.desk.tickets.get(id);
        if (isGone(found)) return { kind: 'refused', code: '404', reason: 'The ticket is gone' };
        if (found.ticket.status === 'closed') return { kind: 'refused', code: '422', reason: 'Closed tickets stay' };
        if (!isEcho && found.ticket.version !== version) return { kind: 'conflict', reason: 'The ticket has moved on' };
        const audit = o.desk.applyOurs(id, content, mark, isEcho);
        return { kind: 'done', receipt: { ticketId: id, auditId: audit.id, at: audit.at } };
      });
      o.seen(`update ${outcome.kind}`);
      return outcome;
    },
  };
}

interface Post {
  atMs: number;
  channelId: string;
  mark: string;
  ts: string;
}

export function chatOf(o: Outside, posts: Post[]): Chat {
  return {
    post: ({ channelId, text, mark }) =>
      write(o, o.faults.strikeAt('chat'), (isEcho) => {
        const atMs = o.scheduler.now();
        const ts = `${atMs}.${posts.length}`;
        posts.push({ atMs, channelId, mark, ts });
        o.log.append({ at: atMs, by: 'usher', what: 'post', mark, isEcho, details: `${channelId} ${oneLine(text)}` });
        return { kind: 'done', receipt: { channel: channelId, ts } };
      }),
    update: async () => ({ kind: 'done', receipt: {} }),
    direct: async (userId) => ({ kind: 'done', receipt: { channel: `D${userId}` } }),
    findMark: (channelId, mark, notBefore) =>
      lookup(o, () => {
        const found = history(o, posts).find(
          (p) => p.channelId === channelId && p.mark === mark && p.atMs >= Date.parse(notBefore) - 60_000,
        );
        return found ? { kind: 'found', receipt: { channel: channelId, ts: found.ts } } : { kind: 'absent' };
      }),
  };
}

export function mailOf(o: Outside): Mail {
  return {
    async send({ to, subject, text, mark }, beforeDot) {
      const strike = o.faults.strikeAt('mail');
      await travel(o);
      const isBeforeDot = strike?.applied === 0 && strike.outcome !== null && strike.outcome.kind !== 'unknown';
      // A definite no may come before the dot or as the answer to it.
      if (isBeforeDot && o.random.chance(0.5)) return strike.outcome!;
      try {
        await beforeDot();
      } catch {
        return { kind: 'not-sent', code: 'failed', reason: 'given up before the dot' };
      }
      return write(o, strike, (isEcho) => {
        const details = `${to.address} ${subject} ${oneLine(text)}`;
        o.log.append({ at: o.scheduler.now(), by: 'usher', what: 'mail', mark, isEcho, details });
        return { kind: 'done', receipt: { messageId: `<${mark}@everbright.example>` } };
      });
    },
  };
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
