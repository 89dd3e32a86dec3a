// What a file is by its content: five kinds by their form, and never by a beginning that only looks like one.
import { describe, expect, it } from 'vitest';
import { fileKind } from '../../src/core/file-kind.js';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const section = '  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n';

describe('the kind of a file', () => {
  it.each([
    ['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png'],
    ['a JPEG', '\xff\xd8\xff\xe0\0\x10JFIF', 'jpg'],
    ['a GIF', 'GIF89a\x01\0', 'gif'],
    ['a WebP', 'RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['a DXF', `${section}  0\nEOF\n`, 'dxf'],
    ['a DXF of another system, with a comment', `999\r\nAurora\r\n${section.replace(/\n/g, '\r\n')}0\r\nEOF`, 'dxf'],
  ])('of %s is known', (_what, text, kind) => {
    expect(fileKind(bytes(text))).toBe(kind);
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['an SVG', '<svg onload="alert(1)"/>'],
    ['a DXF without an end', section],
    ['a DXF in its binary form', `AutoCAD Binary DXF\r\n\x1a\0${section}  0\nEOF\n`],
    ['a DXF with a zero byte', `${section}\0  0\nEOF\n`],
    ['a page that ends like a DXF', '<script></script>\n  0\nSECTION\n  0\nEOF\n'],
    ['a program', 'MZ\x90\0'],
  ])('of %s is none', (_what, text) => {
    expect(fileKind(bytes(text))).toBeNull();
  });

  it('is told in time that grows with the file only', () => {
    expect(fileKind(bytes(`${'999\n\n'.repeat(1_000_000)}0\nEOF\n`))).toBeNull();
    expect(fileKind(bytes(' '.repeat(5_000_000)))).toBeNull();
  });
});
