// Takes domains, mail addresses and other names out of a cell's text.

export interface CellParts {
  found: string[];
  /** Pieces that are not what the column holds. */
  odd: string[];
}

const nothing = new Set(['-', '–', '—', '?', '/', 'n/a', 'na', 'none', 'no', 'tbd', 'tba', 'unknown']);
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,61}[\\p{L}\\p{N}\\p{M}])?';
const domainPattern = new RegExp(`^${label}(?:\\.${label})+$`, 'u');

/** Domains in a cell: `acme.example`, `https://acme.example/about`, `@acme.example`, several split by comma, semicolon or space. */
export function domainsIn(text: string): CellParts {
  return pieces(text, (piece) => {
    const bare = piece
      .replace(/^https?:\/\//, '')
      .replace(/^@/, '')
      .replace(/[/?#].*$/, '')
      .replace(/:\d{1,5}$/, '')
      .replace(/\.$/, '');
    return isDomain(bare) ? bare : null;
  });
}

/** Mail addresses in a cell: plain, `mailto:` and `Name <address>`. Names beside an address are passed over. */
export function mailsIn(text: string): CellParts {
  const { found, odd } = pieces(text, (piece) => {
    const bare = piece
      .replace(/^.*</, '')
      .replace(/^mailto:/, '')
      .replace(/>.*$/, '')
      .replace(/^["'(]+|["')]+$/g, '');
    const at = bare.indexOf('@');
    return at > 0 && at <= 64 && /^[^\s@<>"()[\]\\]+$/u.test(bare.slice(0, at)) && isDomain(bare.slice(at + 1))
      ? bare
      : null;
  });
  const names = found.length > 0 ? odd.filter((piece) => piece.includes('@')) : odd;
  return { found, odd: names };
}

/** Other names in a cell, split by semicolon, bar or line; a leading `d/b/a`, `dba` or `aka` is taken off. */
export function namesIn(text: string): string[] {
  const found = text
    .split(/[;|]/)
    .map((name) =>
      name
        .trim()
        .replace(/^(?:d\/b\/a|dba|d\.b\.a\.|doing business as|a\/k\/a|aka|f\/k\/a|fka|formerly)(?:\s+|:\s*)/i, '')
        .trim(),
    )
    .filter((name) => name !== '' && !nothing.has(name.toLowerCase()));
  return [...new Set(found)];
}

/** Whether a text is shaped like a domain name of at least two labels. */
export function isDomain(text: string): boolean {
  return text.length <= 253 && domainPattern.test(text);
}

function pieces(text: string, read: (piece: string) => string | null): CellParts {
  const found = new Set<string>();
  const odd: string[] = [];
  for (const piece of text.toLowerCase().split(/[,;\s]+/)) {
    if (piece === '' || nothing.has(piece)) continue;
    const one = read(piece);
    if (one === null) odd.push(piece);
    else found.add(one);
  }
  return { found: [...found], odd };
}

/** The domain that a link leads to (`mailto:` or web), or null. */
export function linkDomain(link: string): string | null {
  const mail = /^mailto:[^@?]*@([^?,;>\s]+)/i.exec(link);
  if (mail) return mail[1]!.toLowerCase();
  const web = /^https?:\/\/(?:[^/?#]*@)?([^/?#:]+)/i.exec(link);
  return web ? web[1]!.toLowerCase() : null;
}
