// The links of the audit chain: an entry's hash covers the entry and the hash before it, so nothing can change unseen.
import { createHash } from 'node:crypto';

export type AuditKind =
  | 'decision'
  | 'write'
  | 'settlement'
  | 'publication'
  | 'snapshot'
  | 'reload'
  | 'erasure'
  | 'seal';

export interface EntryBody {
  kind: AuditKind;
  /** Of the row it speaks of, within its kind; '' for a seal. */
  id: string;
  /** JSON text of what is never erased. */
  record: string;
  /** SHA-256 of what retention erases, 64 hex digits; null where nothing is. */
  contents: string | null;
}

export interface Entry extends EntryBody {
  /** From 1, without a gap. */
  seq: number;
  hash: string;
}

/** How far sealing has come: the highest number of each kind of row, and the time of the latest erasure (seconds since 1970). */
export interface Marks {
  decision: number;
  write: number;
  settlement: number;
  erasure: string;
}

/** What the entry that ends each batch records. */
export interface Seal {
  /** ISO time of the database. */
  at: string;
  /** Entries since the seal before, this one not counted. */
  entries: number;
  marks: Marks;
}

export const NO_MARKS: Marks = { decision: 0, write: 0, settlement: 0, erasure: '0' };

/** What the first entry names as the hash before it. */
export const NO_HASH = '';

/** SHA-256 of the JSON array `[sequence, kind, id, record, contents, previous hash]`, as 64 hex digits. */
export function entryHash(seq: number, { kind, id, record, contents }: EntryBody, previous: string): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, kind, id, record, contents, previous]))
    .digest('hex');
}

/** Numbers and links entries on from the last one. */
export function linked(bodies: EntryBody[], last: { seq: number; hash: string }): Entry[] {
  let { seq, hash } = last;
  return bodies.map((body) => {
    seq += 1;
    hash = entryHash(seq, body, hash);
    return { ...body, seq, hash };
  });
}

/** Follows a chain from its start and says of each entry what is wrong with it, if anything. */
export class ChainReader {
  #seq = 0;
  #hash = NO_HASH;
  #sinceSeal = 0;
  #marks = NO_MARKS;
  #sealedAt: string | null = null;
  #isSealed = true;

  get seq(): number {
    return this.#seq;
  }
  get hash(): string {
    return this.#hash;
  }
  get marks(): Marks {
    return this.#marks;
  }
  get sealedAt(): string | null {
    return this.#sealedAt;
  }
  /** False when the last entry is no seal: its batch lost its end. */
  get isSealed(): boolean {
    return this.#isSealed;
  }

  /** Goes on from the entry as it stands, so that one change is told once. */
  next(entry: Entry): string[] {
    const wrong: string[] = [];
    // Missing ones were in the seal's count.
    this.#sinceSeal += Math.max(0, entry.seq - this.#seq - 1);
    if (entry.seq !== this.#seq + 1)
      wrong.push(
        entry.seq === this.#seq + 2
          ? `entry ${this.#seq + 1} is missing before it`
          : `entries ${this.#seq + 1} to ${entry.seq - 1} are missing before it`,
      );
    else if (entryHash(entry.seq, entry, this.#hash) !== entry.hash)
      wrong.push('the entry was changed, or is not the one that stood here');
    this.#seq = entry.seq;
    this.#hash = entry.hash;
    this.#isSealed = entry.kind === 'seal';
    if (entry.kind !== 'seal') this.#sinceSeal += 1;
    else {
      const seal = readRecord<Seal>(entry.record);
      if (seal?.entries !== this.#sinceSeal && wrong.length === 0)
        wrong.push(`the seal speaks of ${seal?.entries} entries before it, and ${this.#sinceSeal} are there`);
      this.#sinceSeal = 0;
      this.#marks = seal?.marks ?? this.#marks;
      this.#sealedAt = seal?.at ?? this.#sealedAt;
    }
    return wrong;
  }
}

/** null for a record that somebody made unreadable; the entry's hash tells of it. */
export function readRecord<T>(record: string): T | null {
  try {
    return JSON.parse(record) as T;
  } catch {
    return null;
  }
}
