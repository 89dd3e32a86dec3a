// The file in which the sandbox's world survives restarts: written whole, synchronously, by rename.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ProblemError, problem } from '../problem.js';
import type { OtherSystemsState } from './other-systems.js';
import type { SlackState } from './slack-types.js';
import type { SmtpState } from './smtp-types.js';
import type { ZendeskState } from './zendesk-types.js';

export interface SandboxWorld {
  version: 1;
  secrets: { apiToken: string; webhookSecret: string; botToken: string };
  ports: { zendesk: number; slack: number; smtp: number; others?: number };
  /** Ticket ids of the samples, in their order; null before they were filed. */
  samples: string[] | null;
  /** Programme -> ticket ids of the samples that it brought itself. */
  ownSamples?: Record<string, string[]>;
  /** Sample key -> the ticket on which its reaction was made, '' when it cannot be made; absent before that. */
  reactions?: Record<string, string>;
  zendesk: ZendeskState;
  slack: SlackState;
  smtp: SmtpState;
  others?: OtherSystemsState;
}

export function worldPath(dataDir: string): string {
  return join(dataDir, 'sandbox', 'world.json');
}

/** null when there is none yet. Throws a ProblemError when the file is there but cannot be read. */
export function loadWorld(dataDir: string): SandboxWorld | null {
  const file = worldPath(dataDir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw unreadable(file, ` (${code})`);
  }
  try {
    const world = JSON.parse(text) as SandboxWorld;
    if (world.version === 1) return world;
  } catch {
    // Falls through to the Problem: torn or edited by hand.
  }
  throw unreadable(file, '');
}

function unreadable(file: string, why: string): ProblemError {
  const message = `The sandbox cannot read the world it kept${why}`;
  return new ProblemError(
    problem('sandbox-world-unreadable', message, 'Delete the data directory to begin anew', { file }),
  );
}

/** A reader sees the old world or the new one, whenever the process dies. */
export function saveWorld(dataDir: string, world: SandboxWorld): void {
  const file = worldPath(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify(world), { mode: 0o600 });
  renameSync(draft, file);
}
