// The part of `usher doctor` that only the running bot can answer: its database, its lists, its sandbox, its settings.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Finding } from '../ports.js';
import type { Settings } from '../settings.js';
import type { Database } from '../storage/pool.js';
import { probeConnections } from './doctor-connections.js';
import { databaseFindings, listFindings } from './doctor-store.js';
import type { KnowledgeBase } from './knowledge.js';
import { failure } from './run-probes.js';

export interface InsideAnswer {
  findings: Finding[];
  /** Setting -> a digest of its value, to see that the bot runs with the settings on disk. */
  settings: Record<string, string>;
}

export interface InsideParts {
  settings: Settings;
  reach: Settings;
  db: Database;
  knowledge: KnowledgeBase;
  clock: Clock;
  isSandbox: boolean;
}

/** `connections`: also what the bot's own sandbox stands in for. */
const shape = z.object({ connections: z.boolean().default(false) });

export function doctorInside(parts: InsideParts): (args: unknown) => Promise<InsideAnswer> {
  const { settings, reach, db, knowledge, clock, isSandbox } = parts;
  return async (args) => {
    const { connections } = shape.parse(args ?? {});
    const now = clock.now();
    const lists = await knowledge.listStatuses().then(
      (statuses) => listFindings(statuses, now),
      (error) => failure('Lists', error),
    );
    const database = await databaseFindings(db, settings, now).catch((error) => failure('Database', error));
    const { directory, programmes } = knowledge.rulebook();
    const outside = connections && isSandbox ? await probeConnections(reach, { directory, programmes }, 'sandbox') : [];
    return { findings: [...lists, ...database, ...outside], settings: digests(settings) };
  };
}

/** Digests, so that no secret travels, not even between two processes of one user. */
export function digests(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      createHash('sha256')
        .update(JSON.stringify(value) ?? '')
        .digest('hex')
        .slice(0, 16),
    ]),
  );
}
