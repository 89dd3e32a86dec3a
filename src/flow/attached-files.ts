// Files that go with a write: fetched before it is claimed and before each repetition, and judged by what they are.
import type { AttachSpec } from '../core/attach-step.js';
import { fileKind, isImage, MEDIA_TYPES } from '../core/file-kind.js';
import type { WriteRecord } from '../ledger.js';
import type { OutgoingFile } from '../ports/files.js';
import { backoffMs, type FlowDeps } from './deps.js';

/** Hours of a system that is down, then a person is told. */
const TRIES_MOST = 40;

export type FilesOfWrite =
  | { kind: 'files'; files: OutgoingFile[]; hashes: string[] }
  /** Not now, and perhaps later. */
  | { kind: 'later'; reason: string }
  /** Not at all: a person must look. */
  | { kind: 'no'; reason: string };

/** None for a write without the step `attach`. */
export async function filesOf(deps: FlowDeps, write: Pick<WriteRecord, 'steps'>): Promise<FilesOfWrite> {
  const files: OutgoingFile[] = [];
  for (const { effect } of write.steps) {
    if (effect.type !== 'attach') continue;
    const got = await fileOf(deps, effect);
    if (got.kind !== 'file')
      return { kind: got.kind, reason: `The file "${effect.name}" of ${effect.from}: ${got.reason}` };
    files.push(got.file);
  }
  const hashes = files.map(({ content }) => deps.digest(Buffer.from(content).toString('base64')));
  return { kind: 'files', files, hashes };
}

type OneFile = { kind: 'file'; file: OutgoingFile } | { kind: 'later' | 'no'; reason: string };

async function fileOf(deps: FlowDeps, { from, path, name, types, bytesMost }: AttachSpec): Promise<OneFile> {
  const fetched = await deps.hands!.files!.download({ from, path, bytesMost });
  if (fetched.kind !== 'file') return fetched;
  const { content } = fetched;
  const kind = fileKind(content);
  if (!kind || !types.includes(kind)) return { kind: 'no', reason: `what was there is no ${types.join(' and no ')}` };
  // Its beginning is that of a picture; a process of its own reads on.
  if (isImage(kind) && !(await deps.measureImage?.(content)))
    return { kind: 'no', reason: 'the picture cannot be read' };
  return { kind: 'file', file: { name: `${name}.${kind}`, type: MEDIA_TYPES[kind], content } };
}

/** How long to wait before a file is asked for again; null when that was tried long enough. */
export function askAgainMs(deps: FlowDeps, write: WriteRecord): number | null {
  const isOver = write.lookups >= TRIES_MOST || write.claimAgeSeconds * 1000 > deps.timing.unsureAfterMs;
  return isOver ? null : backoffMs(deps, write.lookups + 2);
}
