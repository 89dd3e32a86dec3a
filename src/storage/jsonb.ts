// JSON as PostgreSQL takes it into a jsonb column: no NUL and no half of a surrogate pair, whoever wrote or cut a text.

/** Escapes of JSON.stringify, of which a backslash itself is one: so `\\u0000` in a text is left alone. */
const ESCAPES = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/** The value as JSON; characters that PostgreSQL refuses in jsonb (a lone surrogate, U+0000) become U+FFFD. */
export function toJsonb(value: unknown): string {
  return JSON.stringify(value).replace(ESCAPES, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
