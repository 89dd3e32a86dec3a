// Reads width and height in pixels from the head of a PNG, JPEG, GIF or WebP file; everything else, SVG too, has none.

export interface ImageSize {
  width: number;
  height: number;
}

type Reader = (view: DataView) => ImageSize | null;

const READERS: Reader[] = [png, gif, webp, jpeg];

/** null for another format, a damaged head or an empty picture; never throws. The picture itself is not decoded. */
export function imageSize(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const read of READERS) {
      const size = read(view);
      if (size) return size.width > 0 && size.height > 0 ? size : null;
    }
  } catch (error) {
    // A file that ends before its size: any read behind its end throws this.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function begins(view: DataView, text: string, at = 0): boolean {
  return [...text].every((letter, i) => view.byteLength > at + i && view.getUint8(at + i) === letter.charCodeAt(0));
}

/** PNG (W3C, 5.2 and 11.2.2): the signature, then the chunk IHDR with both sizes. */
function png(view: DataView): ImageSize | null {
  if (!begins(view, '\x89PNG\r\n\x1a\n') || !begins(view, 'IHDR', 12)) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** GIF89a, section 18: the logical screen. */
function gif(view: DataView): ImageSize | null {
  if (!begins(view, 'GIF87a') && !begins(view, 'GIF89a')) return null;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** WebP (RFC 9649): a RIFF file whose first chunk is lossy, lossless or extended. */
function webp(view: DataView): ImageSize | null {
  if (!begins(view, 'RIFF') || !begins(view, 'WEBP', 8)) return null;
  if (begins(view, 'VP8X', 12)) return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  if (begins(view, 'VP8L', 12) && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!begins(view, 'VP8 ', 12) || !begins(view, '\x9d\x01\x2a', 23)) return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** JPEG (ITU T.81, B.2): segments up to the first start of frame (C0 to CF, but C4, C8 and CC), which holds both sizes. */
function jpeg(view: DataView): ImageSize | null {
  if (!begins(view, '\xff\xd8')) return null;
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9 || marker === 0xda) return null;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}
