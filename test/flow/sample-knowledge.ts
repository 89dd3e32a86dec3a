// The shipped rules and the sample lists as a bot knows them, for worlds of tests and for the simulator.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListInUse } from '../../src/core/listing.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Rulebook } from '../../src/core/rulebook.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { readList } from '../../src/lists/read-list.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';

/** The shipped rules with the sample lists, read as the bot reads them. */
export async function sampleKnowledge(): Promise<Knowledge> {
  const loaded = await loadRulebook({
    rulesDir: 'rules',
    templatesDir: 'templates',
    programmes: ['everbright-api-access'],
  });
  if (!loaded.rulebook) throw new Error(JSON.stringify(loaded.problems, null, 1));
  const folder = await mkdtemp(join(tmpdir(), 'usher-lists-'));
  try {
    await writeSampleLists(join(folder, 'lists'));
    const lists: ListInUse[] = [];
    for (const mapping of loaded.rulebook.programmes.flatMap((p) => p.lists)) {
      const read = await readList(
        await readFile(join(folder, mapping.file)),
        mapping.file,
        mapping,
        '2026-11-22T00:00:00.000Z',
      );
      if (read.kind !== 'ok') throw new Error(JSON.stringify(read.problems));
      lists.push({ name: mapping.name, title: mapping.title, snapshot: read.snapshot, problem: null, gone: [] });
    }
    return { rulebook: loaded.rulebook as Rulebook, lists, indexes: buildMatchIndexes(lists, loaded.rulebook) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
