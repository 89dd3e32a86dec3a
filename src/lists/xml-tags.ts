// Reads tags and attributes of plain spreadsheet XML; used for what must be known before exceljs sees a sheet.

export interface Tag {
  name: string;
  attributes: Record<string, string>;
  selfClosed: boolean;
  /** Where the tag ends in the text. */
  end: number;
}

// Quoted values are skipped as a whole, so a `>` inside one cannot end the tag early. Linear: no part can match another's text.
const attribute = `\\s+[\\w:.-]+\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;

/** All opening tags with one of the names, in order. Names with a prefix (`x:c`) are other names. */
export function* tags(xml: string, names: string[]): Generator<Tag> {
  const pattern = new RegExp(`<(${names.join('|')})((?:${attribute})*)\\s*(/?)>`, 'g');
  for (let found = pattern.exec(xml); found; found = pattern.exec(xml)) {
    yield { name: found[1]!, attributes: attributes(found[2]!), selfClosed: found[3] === '/', end: pattern.lastIndex };
  }
}

function attributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(/\s([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found[name!] = decodeXml(double ?? single ?? '');
  }
  return found;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Decodes the five named entities and character numbers; others stay as they are. */
export function decodeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (all, decimal, hex, name) => {
    if (name) return entities[name] ?? all;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** Encodes text for an attribute value. */
export function encodeXml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
