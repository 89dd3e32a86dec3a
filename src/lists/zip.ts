// A zip file's directory and entries, read without trusting a single length it states.
import { constants, crc32, inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packedBytes: number;
  /** What the directory says; entries are inflated against a limit all the same. */
  statedBytes: number;
  offset: number;
}

/** Thrown for a zip that cannot be read; `kind` is what callers switch on. */
export class ZipError extends Error {
  constructor(
    readonly kind: 'torn' | 'corrupt' | 'unsupported' | 'too-large',
    message: string,
  ) {
    super(message);
    this.name = 'ZipError';
  }
}

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;

/** Reads the central directory. Throws ZipError: `torn` when the end record is missing, `unsupported` for ZIP64 and split files. */
export function readDirectory(bytes: Buffer, entriesMax: number): ZipEntry[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  const start = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw new ZipError('unsupported', 'it uses ZIP64');
  if (bytes.readUInt16LE(end + 4) !== 0) throw new ZipError('unsupported', 'it is one part of a split archive');
  if (count > entriesMax) throw new ZipError('too-large', `it holds ${count} parts, ${entriesMax} are allowed`);
  if (start + size > end) throw new ZipError('torn', 'its directory is cut off');
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== directorySignature)
      throw new ZipError('corrupt', 'its directory is damaged');
    const nameBytes = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameBytes),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedBytes: bytes.readUInt32LE(at + 20),
      statedBytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - 0xffff); at--) {
    if (bytes.readUInt32LE(at) === endSignature && at + endBytes + bytes.readUInt16LE(at + 20) === bytes.length)
      return at;
  }
  throw new ZipError('torn', 'its end is missing');
}

/**
 * Inflates one entry and checks its sum. Inflating stops at `bytesMax` whatever the directory claims; that throws ZipError
 * `too-large`, damage throws `corrupt` or `torn`.
 */
export function readEntry(bytes: Buffer, entry: ZipEntry, bytesMax: number): Buffer {
  if (entry.offset + 30 > bytes.length) throw new ZipError('torn', `part ${entry.name} is cut off`);
  if (bytes.readUInt32LE(entry.offset) !== localSignature)
    throw new ZipError('corrupt', `part ${entry.name} is damaged`);
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  if (start + entry.packedBytes > bytes.length) throw new ZipError('torn', `part ${entry.name} is cut off`);
  const packed = bytes.subarray(start, start + entry.packedBytes);
  const content = entry.method === 0 ? stored(packed, entry, bytesMax) : inflate(packed, entry, bytesMax);
  if (crc32(content) !== entry.crc) throw new ZipError('corrupt', `part ${entry.name} does not match its check sum`);
  return content;
}

function stored(packed: Buffer, entry: ZipEntry, bytesMax: number): Buffer {
  if (packed.length > bytesMax) throw new ZipError('too-large', `part ${entry.name} is too large`);
  return packed;
}

function inflate(packed: Buffer, entry: ZipEntry, bytesMax: number): Buffer {
  if (entry.method !== 8) throw new ZipError('unsupported', `part ${entry.name} is packed in an unusual way`);
  try {
    // Works in chunks and gives up at maxOutputLength: the memory a bomb gets is the limit, not its claim.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax), finishFlush: constants.Z_FINISH });
  } catch (error) {
    if (error instanceof RangeError)
      throw new ZipError('too-large', `part ${entry.name} unpacks to more than is allowed`);
    throw new ZipError('corrupt', `part ${entry.name} is damaged`);
  }
}

/** Writes a zip of stored (not compressed) entries. */
export function storedZip(entries: { name: string; content: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([number32(localSignature), common, nameBytes]);
    const trailer = Buffer.alloc(14);
    trailer.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([number32(directorySignature), Buffer.from([20, 0]), common, trailer, nameBytes]));
    parts.push(local, content);
    offset += local.length + content.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

function number32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
