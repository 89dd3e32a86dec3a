// Width and height of images: read from the heads of four formats, in a process of its own, and never from what is none of them.
import { describe, expect, it } from 'vitest';
import { isMeasurable } from '../../src/core/image-files.js';
import { imageSize } from '../../src/images/image-size.js';
import { measureImage } from '../../src/images/measure-image.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const pngHead = '89504e470d0a1a0a 0000000d 49484452 00000096 00000032 0806000000';
// An application segment and a table before the frame; fill bytes in between.
const jpegHead = 'ffd8 ffe0 0010 4a46494600010100000100010000 ffff db 0004 0000 ffc2 0011 08 0258 0320 03';

const heads: [string, string, { width: number; height: number }][] = [
  ['PNG', pngHead, { width: 150, height: 50 }],
  ['GIF', '474946383961 2c01 6400 f7', { width: 300, height: 100 }],
  ['JPEG', jpegHead, { width: 800, height: 600 }],
  ['WebP, lossy', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 9001 2c01', { width: 400, height: 300 }],
  ['WebP, lossless', '52494646 00000000 57454250 5650384c 00000000 2f 8f c1 4a 00', { width: 400, height: 300 }],
  [
    'WebP, extended',
    '52494646 00000000 57454250 56503858 0a000000 00000000 8f0100 2b0100',
    { width: 400, height: 300 },
  ],
];

describe('the size of an image', () => {
  it.each(heads)('is read from a %s', (_name, head, size) => {
    const bytes = hex(head);
    expect(imageSize(bytes)).toEqual(size);
    for (let length = 0; length < 10; length++) expect(imageSize(bytes.subarray(0, length))).toBeNull();
    for (let length = 10; length < bytes.length; length++) {
      const cut = imageSize(bytes.subarray(0, length));
      expect(cut === null || cut.width === size.width).toBe(true);
    }
  });

  it.each([
    ['nothing', ''],
    ['an SVG', Buffer.from('<svg width="10" height="10">').toString('hex')],
    ['a PNG of no width', pngHead.replace('00000096', '00000000')],
    ['a PNG with another first chunk', pngHead.replace('49484452', '49444154')],
    ['a JPEG without a frame', 'ffd8 ffda 0004 0000 ffc0 0011 08 0258 0320'],
    ['a JPEG that is cut', 'ffd8 ffe0 ffff 4a46'],
    ['a RIFF that is no picture', '52494646 00000000 57415645 666d7420 00000000'],
  ])('is not read from %s', (_name, head) => {
    expect(imageSize(hex(head))).toBeNull();
  });

  it('is read in time that grows with the file only', () => {
    expect(imageSize(new Uint8Array(5_000_000).fill(0xff).fill(0xd8, 1, 2))).toBeNull();
    expect(imageSize(hex(`ffd8 ${'ffe00002'.repeat(200_000)}`))).toBeNull();
  });

  it('is measured in a process of its own, within limits of size and time', async () => {
    const png = hex(pngHead);
    expect(await measureImage(png)).toEqual({ width: 150, height: 50 });
    expect(await measureImage(hex('00'))).toBeNull();
    expect(await measureImage(png, { bytes: 10, heapMb: 64, timeoutMs: 10_000 })).toBeNull();
    expect(await measureImage(png, { bytes: 1_000, heapMb: 64, timeoutMs: 1 })).toBeNull();
  });
});

describe('an attached file', () => {
  it.each([
    ['logo.png', 'image/png', true],
    ['logo', 'image/jpeg; name=logo', true],
    ['logo.webp', 'application/octet-stream', true],
    ['logo.gif', '', true],
    ['logo.svg', 'image/svg+xml', false],
    ['logo.png', 'image/svg+xml', false],
    ['logo.png.exe', 'application/octet-stream', false],
    ['page.png', 'text/html', false],
  ])('%s (%s) is measured: %s', (name, type, measured) => {
    expect(isMeasurable({ name, type })).toBe(measured);
  });
});
