// Turns the `xn--` labels of a host name back into letters (RFC 3492), so that look-alike letters can be seen.

const BASE = 36;
const TMIN = 1;
const TMAX = 26;

/** A host in lower case with its `xn--` labels decoded; a label that does not decode stays as it is. */
export function unicodeHost(host: string): string {
  if (/^[a-z0-9.-]*$/.test(host) && !host.includes('xn--')) return host;
  return host
    .toLowerCase()
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decodeLabel(label.slice(4)) ?? label) : label))
    .join('.')
    .normalize('NFC');
}

/** Decodes what follows `xn--`; null when it is not valid. */
export function decodeLabel(text: string): string | null {
  const split = text.lastIndexOf('-');
  const out = split > 0 ? [...text.slice(0, split)].map((c) => c.charCodeAt(0)) : [];
  const state = { n: 128, i: 0, bias: 72 };
  let at = split > 0 ? split + 1 : 0;
  while (at < text.length) {
    const before = state.i;
    const read = readNumber(text, at, state);
    if (read === null) return null;
    at = read;
    const count = out.length + 1;
    state.bias = adapt(state.i - before, count, before === 0);
    state.n += Math.floor(state.i / count);
    state.i %= count;
    if (state.n > 0x10ffff || state.n < 128 || (state.n >= 0xd800 && state.n <= 0xdfff)) return null;
    out.splice(state.i++, 0, state.n);
  }
  return String.fromCodePoint(...out);
}

/** Reads one variable-length number at `at` into `state.i`; gives the next position. */
function readNumber(text: string, start: number, state: { i: number; bias: number }): number | null {
  let at = start;
  let weight = 1;
  for (let k = BASE; ; k += BASE) {
    const value = digit(text.charCodeAt(at++));
    if (value < 0) return null;
    state.i += value * weight;
    if (state.i > 0x7fffffff) return null;
    const t = k <= state.bias ? TMIN : k >= state.bias + TMAX ? TMAX : k - state.bias;
    if (value < t) return at;
    weight *= BASE - t;
  }
}

function digit(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 48 && code <= 57) return code - 22;
  return -1;
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let d = isFirst ? Math.floor(delta / 700) : Math.floor(delta / 2);
  d += Math.floor(d / count);
  let k = 0;
  while (d > ((BASE - TMIN) * TMAX) / 2) {
    d = Math.floor(d / (BASE - TMIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - TMIN + 1) * d) / (d + 38));
}
