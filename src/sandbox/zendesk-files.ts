// The files of the sandbox Zendesk: attachments are served to whoever may read tickets; images have the size that was asked for.
import { crc32, deflateSync } from 'node:zlib';
import type { LoopbackAnswer } from './loopback-server.js';
import { notFound } from './zendesk-errors.js';
import type { ZendeskFile } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

/** A file as the vendor describes it. */
export function shownFile({ pixels: _p, content: _c, ...file }: ZendeskFile): Omit<ZendeskFile, 'pixels' | 'content'> {
  return file;
}

/** The whole record of an attachment. */
export function fileJson(file: ZendeskFile): object {
  return { ...shownFile(file), inline: false, deleted: false, thumbnails: [] };
}

/** The attachment of that id: a grey PNG where it has a size in pixels, else a line of text. */
export function showFile(world: ZendeskWorld, id: string): LoopbackAnswer {
  const files = world.state.tickets.flatMap((t) => t.comments.flatMap((c) => c.attachments));
  const file = files.find((one) => String(one.id) === id);
  if (!file) return notFound();
  const headers = { 'content-type': file.content_type };
  if (file.content !== undefined) return { status: 200, headers, body: Buffer.from(file.content, 'base64') };
  const { width, height } = file.pixels ?? {};
  const body = width && height ? greyPng(width, height) : Buffer.from(`The file ${file.file_name} of the sandbox.\n`);
  return { status: 200, headers, body };
}

/** The smallest real PNG of a size: one bit a pixel. */
export function greyPng(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body) >>> 0, 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
