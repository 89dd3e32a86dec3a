// Reads a mail lightly: headers unfolded and decoded, and the first text/plain and text/html parts. Not for hostile mail.

export interface MailParts {
  headers: Record<string, string>;
  text: string;
  html: string;
}

/** @param raw the mail as received, as latin1 text (one character a byte) */
export function readMail(raw: string): MailParts {
  const { headers, body } = split(raw);
  const found = { text: '', html: '' };
  collect(headers, body, found, 0);
  const shown: Record<string, string> = {};
  for (const [name, values] of headers) shown[name] = values.map((v) => decodeWords(utf8(v))).join('\n');
  return { headers: shown, ...found };
}

function split(raw: string): { headers: Map<string, string[]>; body: string } {
  const text = raw.replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map<string, string[]>();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { headers, body: end < 0 ? '' : text.slice(end + 2) };
}

function collect(
  headers: Map<string, string[]>,
  body: string,
  found: { text: string; html: string },
  depth: number,
): void {
  const type = headers.get('content-type')?.[0] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary && depth < 10) {
    for (const part of body.split(`--${boundary}`).slice(1)) {
      if (part.startsWith('--')) break;
      const inner = split(part.replace(/^\n/, ''));
      collect(inner.headers, inner.body.replace(/\n$/, ''), found, depth + 1);
    }
    return;
  }
  const content = utf8(decodeTransfer(body, headers.get('content-transfer-encoding')?.[0] ?? '7bit'));
  if (/^text\/html/i.test(type)) found.html ||= content;
  else if (/^text\/plain/i.test(type)) found.text ||= content;
}

function decodeTransfer(body: string, encoding: string): string {
  if (/^base64$/i.test(encoding)) return Buffer.from(body, 'base64').toString('latin1');
  if (!/^quoted-printable$/i.test(encoding)) return body;
  return body
    .replace(/=[ \t]*\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** RFC 2047 encoded words, UTF-8 and latin1. */
function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[BQ]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?([^?*]+)(?:\*[^?]*)?\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, kind: string, word: string) => {
      const bytes =
        kind.toUpperCase() === 'B'
          ? Buffer.from(word, 'base64')
          : Buffer.from(decodeTransfer(word.replaceAll('_', ' '), 'quoted-printable'), 'latin1');
      return bytes.toString(/utf-?8/i.test(charset) ? 'utf8' : 'latin1');
    });
}
