// A fresh checkout's worth of files in a temporary folder: rules and templates to edit, and a data directory.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { type SandboxWorld, worldPath } from '../../src/sandbox/world-file.js';
import { openWorkspace, type Workspace } from '../rulebook/workspace.js';
import { embeddedDataDir } from '../storage/databases.js';
import { endAll } from './bot.js';

// Processes start slowly on a busy machine; what takes long for another reason fails by the bot's own deadline.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

export interface Place extends Workspace {
  dataDir: string;
  /** All that the sandbox keeps: what customers, mailboxes and channels received. */
  world(): Promise<SandboxWorld>;
  /** While no bot runs. */
  editWorld(edit: (world: SandboxWorld) => void): Promise<void>;
}

/**
 * `untouched`: nothing is there, as after a clone. `with-database`: an empty database, because creating one takes seconds.
 * `without-samples`: also a sandbox that takes its sample tickets for filed, and the sample lists.
 */
export type Begin = 'untouched' | 'with-database' | 'without-samples';

/**
 * The folder is the working directory of what runs in it, so that every setting keeps its default. After the last test what
 * still runs is ended and the folder is removed.
 */
export async function openPlace(begin: Begin): Promise<Place> {
  const workspace = await openWorkspace();
  const dataDir = join(workspace.root, 'data');
  const world = async () => JSON.parse(await readFile(worldPath(dataDir), 'utf8')) as SandboxWorld;
  const editWorld: Place['editWorld'] = async (edit) => {
    const kept = await world();
    edit(kept);
    await writeFile(worldPath(dataDir), JSON.stringify(kept));
  };
  if (begin !== 'untouched') await rename(await embeddedDataDir(), dataDir);
  if (begin === 'without-samples') {
    await (await startSandbox({ dataDir })).close();
    await editWorld((kept) => {
      kept.samples = [];
    });
    await writeSampleLists(join(dataDir, 'lists'));
  }
  places.add(workspace);
  return { ...workspace, dataDir, world, editWorld };
}

const places = new Set<Workspace>();
afterAll(async () => {
  await endAll();
  await Promise.all([...places].map((place) => place.remove()));
});

/** What the world got from Usher, without what differs from run to run. */
export interface Received {
  /** Ticket id -> texts of the replies. */
  replies: Record<string, string[]>;
  notes: Record<string, string[]>;
  mails: { to: string[]; subject: string; text: string }[];
  posts: { channel: string; text: string }[];
}

export function received({ zendesk, smtp, slack }: SandboxWorld): Received {
  const comments = (kind: string) => {
    const byTicket: Record<string, string[]> = {};
    for (const entry of zendesk.log) {
      if (entry.by !== 'usher' || entry.kind !== kind) continue;
      byTicket[entry.ticketId] = [...(byTicket[entry.ticketId] ?? []), entry.text];
    }
    return byTicket;
  };
  return {
    replies: comments('public-comment'),
    notes: comments('internal-note'),
    mails: smtp.mails.map((m) => ({ to: m.envelope.to, subject: m.subject, text: m.text })),
    posts: slack.channels.flatMap((c) => c.messages.map((m) => ({ channel: c.name, text: m.text }))),
  };
}
