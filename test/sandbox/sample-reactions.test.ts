// The sandbox's customers react to what Usher did, each once, whatever process dies in between.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readListsOnDisk, toListInUse } from '../../src/commands/lists-on-disk.js';
import type { ListInUse } from '../../src/core/listing.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { sampleSellers, writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { saveWorld } from '../../src/sandbox/world-file.js';
import { answerAs, PATIENCE, postAbout, reacting, untilListChanges, worldOnDisk, written } from './sample-world.js';

const one = (key: string) => reacting.find((r) => r.key === key)!;
const thanks = one('declined-then-thanks');
const colleague = one('declined-not-approved');
const listed = one('declined-then-listed');

let dataDir: string;
let sandbox: Sandbox;
let ids: string[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-reactions-'));
  await writeSampleLists(join(dataDir, 'lists'));
  sandbox = await startSandbox({ dataDir });
  ids = sandbox.fileSamples();
});
afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

async function again(): Promise<void> {
  await sandbox.close();
  sandbox = await startSandbox({ dataDir });
}

const idOf = ({ place }: { place: number }) => ids[place]!;
const reactions = async () => (await worldOnDisk(dataDir)).reactions ?? {};
/** The ticket on which a sample's reaction was made, once it was. */
const made = (key: string) =>
  vi.waitFor(async () => {
    const ticketId = (await reactions())[key];
    if (ticketId === undefined) throw new Error(`${key} did not react`);
    return ticketId;
  }, PATIENCE);
/** Whatever is to come at once has come. */
const soon = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** What a process leaves that died between the update and the reaction to it. */
async function diedAt(sample: { place: number }, status: 'solved' | 'pending'): Promise<void> {
  await sandbox.close();
  const world = await worldOnDisk(dataDir);
  world.zendesk.tickets.find((t) => String(t.id) === idOf(sample))!.status = status;
  saveWorld(dataDir, world);
  sandbox = await startSandbox({ dataDir });
}

describe('a customer', () => {
  it('answers when the ticket is solved, once, and says nothing more after another update or start', async () => {
    await answerAs('solved', idOf(thanks), sandbox);
    expect(await made(thanks.key)).toBe(idOf(thanks));
    const said = [thanks.sample.body, 'reply' in thanks.reaction.act && thanks.reaction.act.reply];
    expect(written(sandbox, idOf(thanks))).toEqual(said);
    expect(sandbox.zendesk.ticket(idOf(thanks)).status).toBe('open');
    expect(sandbox.sampleHandlings()).toHaveLength(ids.length + 1);
    await answerAs('solved', idOf(thanks), sandbox);
    await soon();
    await again();
    sandbox.fileSamples();
    await soon();
    expect(written(sandbox, idOf(thanks))).toEqual(said);
    expect(await reactions()).toEqual({ [thanks.key]: idOf(thanks) });
  });

  it('says nothing on a ticket that was left open', async () => {
    await answerAs('pending', idOf(thanks), sandbox);
    await soon();
    expect(written(sandbox, idOf(thanks))).toHaveLength(1);
    expect(sandbox.sampleHandlings()).toHaveLength(ids.length);
  });

  it('answers after the next start when the process died before the answer', async () => {
    await diedAt(thanks, 'solved');
    await soon();
    expect(written(sandbox, idOf(thanks))).toHaveLength(1);
    sandbox.fileSamples();
    await made(thanks.key);
    expect(written(sandbox, idOf(thanks))).toHaveLength(2);
  });

  it('is kept together with the note that it reacted: no world on disk has one without the other', async () => {
    await answerAs('solved', idOf(thanks), sandbox);
    for (let isMade = false; !isMade; ) {
      const world = await worldOnDisk(dataDir);
      isMade = world.reactions?.[thanks.key] !== undefined;
      const { comments } = world.zendesk.tickets.find((t) => String(t.id) === idOf(thanks))!;
      expect(comments).toHaveLength(isMade ? 3 : 2);
    }
  });

  it('may be a colleague, who files one ticket', async () => {
    await answerAs('solved', idOf(colleague), sandbox);
    const filed = await made(colleague.key);
    expect(ids).not.toContain(filed);
    expect(sandbox.sampleHandlings()).toContainEqual({ ticketId: filed, episode: 1 });
    await again();
    sandbox.fileSamples();
    await soon();
    expect(sandbox.zendesk.state().tickets).toHaveLength(ids.length + 1);
  });

  it('does not react in a world with the samples of another release', async () => {
    await sandbox.close();
    const world = await worldOnDisk(dataDir);
    world.samples = world.samples!.slice(1);
    saveWorld(dataDir, world);
    sandbox = await startSandbox({ dataDir });
    sandbox.fileSamples();
    await answerAs('solved', idOf(thanks), sandbox);
    await soon();
    expect(await reactions()).toEqual({});
  });
});

describe('a company that is approved after its decline', { timeout: 120_000 }, () => {
  it('answers when sales have heard of it, and the row is set once', async () => {
    const before = await listsOnDisk();
    await untilListChanges(dataDir, () => answerAs('solved', idOf(listed), sandbox));
    const after = await listsOnDisk();
    expect(statusIn(after)).toBe('approved');
    expect(statusIn(before)).toBe('not-approved');
    // Everything else in the file says what it said.
    const others = (lists: ListInUse[]) =>
      lists.map((l) => [
        l.snapshot!.lint,
        l.snapshot!.listings.filter((x) => x.name !== listed.reaction.approves?.company),
      ]);
    expect(others(after)).toEqual(others(before));
    expect(written(sandbox, idOf(listed))).toHaveLength(1);
    const file = join(dataDir, 'lists', sampleSellers.file);
    const bytes = await readFile(file);
    await again();
    sandbox.fileSamples();
    await postAbout(idOf(listed), 'declined', sandbox);
    await soon();
    expect(written(sandbox, idOf(listed))).toHaveLength(1);
    await postAbout(idOf(listed), 'relisted', sandbox);
    await made(listed.key);
    expect(written(sandbox, idOf(listed))).toHaveLength(2);
    await again();
    expect(await readFile(file)).toEqual(bytes);
  });

  it.each([
    ['is gone', (file: string) => rm(file)],
    ['is no spreadsheet', (file: string) => writeFile(file, 'mine')],
  ])('is never heard of when the list %s, and nobody waits for it', async (_what, change) => {
    await change(join(dataDir, 'lists', sampleSellers.file));
    await answerAs('solved', idOf(listed), sandbox);
    expect(await made(listed.key)).toBe('');
    expect(written(sandbox, idOf(listed))).toHaveLength(1);
    expect(sandbox.sampleHandlings()).toHaveLength(ids.length);
  });
});

async function listsOnDisk(): Promise<ListInUse[]> {
  const root = join(import.meta.dirname, '../..');
  const { rulebook } = await loadRulebook({
    rulesDir: join(root, 'rules'),
    templatesDir: join(root, 'templates'),
    programmes: ['everbright-api-access'],
  });
  const mappings = rulebook!.programmes.flatMap((p) => p.lists.filter((l) => l.name === 'approved-sellers'));
  return (await readListsOnDisk(mappings, dataDir, new Date())).map(toListInUse);
}

function statusIn(lists: ListInUse[]): string | null | undefined {
  const listings = lists.flatMap((l) => l.snapshot?.listings ?? []);
  return listings.find((l) => l.name === listed.reaction.approves?.company)?.status;
}
