// Every sample ticket, filed in the sandbox and read by the real adapter, gets the decision it was written for.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { readListsOnDisk, toListInUse } from '../../src/commands/lists-on-disk.js';
import { buildMatchIndex } from '../../src/core/match/index-lists.js';
import { firstSight, triage } from '../../src/core/triage.js';
import type { HelpdeskReader } from '../../src/ports.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';

const now = new Date('2026-11-02T09:00:00Z');
const root = join(import.meta.dirname, '../..');
let dataDir: string;
let sandbox: Sandbox;
let ids: string[];
let reader: HelpdeskReader;
let decideOn: (id: string) => Promise<{ kind: string; rule: string | null; reason: string }>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-samples-'));
  sandbox = await startSandbox({ dataDir });
  ids = sandbox.fileSamples();
  await writeSampleLists(join(dataDir, 'lists'));
  const { url, email, apiToken } = sandbox.zendesk;
  reader = zendeskReader({ name: 'sandbox', url, email, apiToken, allowPrivateNetwork: true });
  const source = {
    rulesDir: join(root, 'rules'),
    templatesDir: join(root, 'templates'),
    programmes: ['everbright-api-access'],
  };
  const { rulebook } = await loadRulebook(source);
  if (!rulebook) throw new Error('the shipped rulebook has problems');
  const mappings = rulebook.programmes.flatMap((p) => p.lists);
  const lists = (await readListsOnDisk(mappings, dataDir, now)).map(toListInUse);
  const index = buildMatchIndex(lists, rulebook.directory);
  decideOn = async (id) => {
    const ticket = await reader.fetchTicket(id);
    if (!ticket) throw new Error(`no ticket ${id}`);
    const { kind, rule, reason } = triage({ ticket, caseFacts: firstSight, lists, index, rulebook, now }).decision;
    return { kind, rule, reason };
  };
});
afterAll(async () => {
  await sandbox?.close();
  await rm(dataDir, { recursive: true });
});

it.each(sampleTickets.map((t, i) => [t.key, t, i] as const))('%s', async (_key, ticket, i) => {
  expect(await decideOn(ids[i]!)).toMatchObject(ticket.expected);
});
