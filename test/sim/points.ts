// Every boundary at which a process may die: the named checkpoints, and both sides of every call of the flow to a port.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINTS } from '../../src/flow/checkpoints.js';

/**
 * Not on a ticket's way: events and those who are told of cases, answers to approvals, sizes of images that no simulated desk has,
 * announcements, comparisons in shadow mode, and the look at finished cases after a list changed.
 */
const BESIDE = [
  'announce.ts',
  'chat-desk.ts',
  'chat-home.ts',
  'digest.ts',
  'compare.ts',
  'relisting.ts',
  'note-only.ts',
  'answer-approval.ts',
  'image-sizes.ts',
  'deliver-events.ts',
  'event-desk.ts',
  'take-event.ts',
];
/** The rehearsals end before an approval is asked for; longer runs ask. */
const NOT_REHEARSED = ['ledger.approval', 'chat.direct'];
const PORTS: Record<string, string> = {
  ledger: 'ledger',
  reader: 'desk',
  helpdesk: 'desk',
  chat: 'chat',
  mail: 'mail',
};

/** The list is read from the sources in `flowDir`, so that a new call cannot be forgotten. */
export async function allPoints(flowDir = 'src/flow'): Promise<string[]> {
  const calls = new Set<string>();
  for (const file of (await readdir(flowDir)).filter((f) => f.endsWith('.ts') && !BESIDE.includes(f))) {
    const text = await readFile(join(flowDir, file), 'utf8');
    for (const [, port, method] of text.matchAll(/\b(ledger|reader|helpdesk|chat|mail)!?\.(\w+)\(/g))
      calls.add(`${PORTS[port!]}.${method}`);
  }
  for (const call of NOT_REHEARSED) calls.delete(call);
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
