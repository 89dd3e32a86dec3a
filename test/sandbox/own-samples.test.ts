// Sample tickets that programmes bring themselves: filed once in the life of a data directory, beside ours or in their place.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';

const mine = [
  { name: 'A', email: 'a@a-solar.example', subject: 'One', body: 'x' },
  { name: 'B', email: 'b@b-solar.example', subject: 'Two', body: 'y', locale: 'de' },
];
let dataDir: string;
let sandbox: Sandbox;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-own-samples-'));
  sandbox = await startSandbox({ dataDir });
});
afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

const subjects = () => sandbox.zendesk.state().tickets.map((t) => t.subject);

it('are filed in the place of ours, and followed', () => {
  const ids = sandbox.fileSamples({ mine });
  expect(subjects()).toEqual(['One', 'Two']);
  expect(sandbox.sampleHandlings()).toEqual(ids.map((ticketId) => ({ ticketId, episode: 1 })));
});

it('are filed once, also after a restart and beside another programme', async () => {
  const first = sandbox.fileSamples({ mine });
  await sandbox.close();
  sandbox = await startSandbox({ dataDir });
  expect(sandbox.fileSamples({ mine })).toEqual(first);
  const both = sandbox.fileSamples({ mine, others: [] });
  expect(both).toHaveLength(sampleTickets.length + 2);
  expect(sandbox.fileSamples({ mine, others: [] })).toEqual(both);
  expect(subjects()).toHaveLength(sampleTickets.length + 2);
});
