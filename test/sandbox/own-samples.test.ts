// Sample tickets that programmes bring themselves: filed once in the life of a data directory, beside ours or in their place.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import type { NewTicket } from '../../src/sandbox/zendesk-sandbox.js';

const mine: NewTicket[] = [
  { name: 'A', email: 'a@a-solar.example', subject: 'One', body: 'x' },
  { name: 'B', email: 'b@b-solar.example', subject: 'Two', body: 'y', locale: 'de' },
];
let dataDir: string;
let sandbox: Sandbox;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-own-samples-'));
});
afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

const open = async (withOwn: boolean) => {
  sandbox = await startSandbox({ dataDir, programmes: { tickets: { mine }, channels: [], withOwn } });
};
const subjects = () => sandbox.zendesk.state().tickets.map((t) => t.subject);

it('are filed in the place of ours, and followed', async () => {
  await open(false);
  const ids = sandbox.fileSamples();
  expect(subjects()).toEqual(['One', 'Two']);
  expect(sandbox.sampleHandlings()).toEqual(ids.map((ticketId) => ({ ticketId, episode: 1 })));
});

it('are filed once, also after a restart and beside another programme', async () => {
  await open(false);
  const first = sandbox.fileSamples();
  await sandbox.close();
  await open(true);
  const both = sandbox.fileSamples();
  expect(both).toHaveLength(sampleTickets.length + first.length);
  expect(both).toEqual(expect.arrayContaining(first));
  expect(sandbox.fileSamples()).toEqual(both);
  expect(subjects()).toHaveLength(sampleTickets.length + 2);
});
