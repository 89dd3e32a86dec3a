// Every boundary at which a process may die: the named checkpoints, and both sides of every call of the flow to a port.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINTS } from '../../src/flow/checkpoints.js';

/**
 * On the way of no ticket and no event: what a chat's people ask, approvals that end or are answered by a note, sizes of images that no
 * simulated desk has, announcements, comparisons in shadow mode, and the look at finished cases after a list changed.
 */
const BESIDE = [
  'announce.ts',
  'chat-desk.ts',
  'chat-home.ts',
  'digest.ts',
  'compare.ts',
  'relisting.ts',
  'note-only.ts',
  'answer-by-note.ts',
  'ending-approvals.ts',
  'image-sizes.ts',
];
const PORTS: Record<string, string> = {
  ledger: 'ledger',
  reader: 'desk',
  helpdesk: 'desk',
  chat: 'chat',
  mail: 'mail',
  http: 'http',
  deliveries: 'deliveries',
  webhooks: 'webhooks',
};

/** The list is read from the sources in `flowDir`, so that a new call cannot be forgotten. */
export async function allPoints(flowDir = 'src/flow'): Promise<string[]> {
  const calls = new Set<string>();
  for (const file of (await readdir(flowDir)).filter((f) => f.endsWith('.ts') && !BESIDE.includes(f))) {
    const text = await readFile(join(flowDir, file), 'utf8');
    for (const [, port, method] of text.matchAll(
      /\b(ledger|reader|helpdesk|chat|mail|http|deliveries|webhooks)!?\.(\w+)\(/g,
    ))
      calls.add(`${PORTS[port!]}.${method}`);
  }
  return [...CHECKPOINTS, ...[...calls].sort().flatMap((call) => [`${call} asked`, `${call} answered`])];
}

/** The names given to `checkpoint` in the sources: the list in checkpoints.ts must be these. */
export async function namedCheckpoints(flowDir = 'src/flow'): Promise<string[]> {
  const names = new Set<string>();
  for (const file of (await readdir(flowDir)).filter((f) => f.endsWith('.ts'))) {
    const text = await readFile(join(flowDir, file), 'utf8');
    for (const [, name] of text.matchAll(/\bcheckpoint\('([a-z-]+)'/g)) names.add(name!);
  }
  return [...names].sort();
}
