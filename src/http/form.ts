// Reads a posted form: one value a name, well-formed text, nothing else.
/** Form fields; a name that was not sent is ''. */
export interface Form {
  get(name: string): string;
}

/** Parses `application/x-www-form-urlencoded`. The last value of a repeated name counts; lines end in \n. */
export function readForm(body: string): Form {
  const fields = new URLSearchParams(body);
  return { get: (name) => (fields.getAll(name).at(-1) ?? '').replace(/\r\n?/g, '\n') };
}
