// What a file is by its content alone: the few kinds that may be fetched and attached. Neither name nor declared type is believed.

export const FILE_KINDS = ['png', 'jpg', 'gif', 'webp', 'dxf'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export const MEDIA_TYPES: Record<FileKind, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  dxf: 'image/vnd.dxf',
};

const SIGNATURES: [FileKind, RegExp][] = [
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['jpg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF[\s\S]{4}WEBP/],
];

/** Where a DXF must have come to its first section, and where its end must stand. */
const HEAD_BYTES = 2_000;
const TAIL_BYTES = 100;
/** The text form (AutoCAD's DXF reference): pairs of a group code and a value, comments (999) first, from SECTION to EOF. */
const DXF_HEAD = /^(?:\ufeff)?(?:[ \t]*999\r?\n[^\r\n]*\r?\n)*[ \t]*0\r?\n[ \t]*SECTION[ \t]*\r?\n/;
const DXF_TAIL = /\n[ \t]*0\r?\n[ \t]*EOF\s*$/;

/** null for every other kind, for the binary form of DXF too. Of an image this is only its beginning: whether it can be read shows elsewhere. */
export function fileKind(bytes: Uint8Array): FileKind | null {
  const head = latin1(bytes.subarray(0, HEAD_BYTES));
  const found = SIGNATURES.find(([, pattern]) => pattern.test(head));
  if (found) return found[0];
  return DXF_HEAD.test(head) && DXF_TAIL.test(latin1(bytes.subarray(-TAIL_BYTES))) && !bytes.includes(0) ? 'dxf' : null;
}

/** Whether a kind is a picture, which has a size in pixels. */
export const isImage = (kind: FileKind): boolean => kind !== 'dxf';

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
