// Reads the lists of a rulebook straight from their files, for commands that work without a database.
import { isAbsolute, join } from 'node:path';
import type { ListInUse, ListSnapshot } from '../core/listing.js';
import type { ListMapping } from '../core/rulebook.js';
import { readList } from '../lists/read-list.js';
import { localFileSource } from '../lists/source.js';
import { type Problem, problem } from '../problem.js';
import { shownPath } from '../rulebook/rule-files.js';

export interface ListOnDisk {
  mapping: ListMapping;
  /** Path as shown to people. */
  file: string;
  /** null when it cannot be read; `problems` says why. */
  snapshot: ListSnapshot | null;
  /** true when the file is not there at all. */
  isMissing: boolean;
  problems: Problem[];
}

/** Reads every list once, one after the other; `now` is the time of reading. Never throws for what is in a file. */
export async function readListsOnDisk(mappings: ListMapping[], dataDir: string, now: Date): Promise<ListOnDisk[]> {
  const lists: ListOnDisk[] = [];
  for (const mapping of mappings) lists.push(await readOne(mapping, dataDir, now));
  return lists;
}

async function readOne(mapping: ListMapping, dataDir: string, now: Date): Promise<ListOnDisk> {
  const path = isAbsolute(mapping.file) ? mapping.file : join(dataDir, mapping.file);
  const found = { mapping, file: shownPath(path) };
  const fetched = await localFileSource(path).fetch();
  if (fetched.kind === 'failed') {
    const isMissing = fetched.problem.code === 'list-file-missing';
    return { ...found, snapshot: null, isMissing, problems: [fetched.problem] };
  }
  const read = await readList(fetched.bytes, fetched.name, mapping, now.toISOString());
  if (read.kind === 'failed') return { ...found, snapshot: null, isMissing: false, problems: read.problems };
  return { ...found, snapshot: read.snapshot, isMissing: false, problems: findings(read.snapshot, found.file) };
}

/** What the rows say is the list keeper's to mend: it holds single rows, not the programme, so it only warns here. */
function findings(snapshot: ListSnapshot, file: string): Problem[] {
  return snapshot.lint.map((finding) => {
    const place = finding.cell ? `${finding.sheet}!${finding.cell}` : finding.sheet;
    return problem(finding.code, `${place}: ${finding.message}`, finding.fix, { severity: 'warning', file });
  });
}

/** As a decision uses it; a list on disk has no history, so nothing is known to be gone. */
export function toListInUse({ mapping, snapshot, problems }: ListOnDisk): ListInUse {
  const why = snapshot ? null : (problems[0]?.message ?? 'the list cannot be read');
  return { name: mapping.name, title: mapping.title, snapshot, problem: why, gone: [] };
}
