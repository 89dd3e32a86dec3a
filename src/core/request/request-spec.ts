// What a programme wants to read from a ticket into named fields: the checked form of its `request:` block.

/** `subjects` are layouts of a subject line: names of fields in their usual order, at most one layout is used. */
export interface RequestSpec {
  subjects: string[][];
  fields: RequestField[];
}

export interface RequestField {
  name: string;
  /** Named in `request.missing` while nobody has said it. */
  required: boolean;
  /** Several values may stand beside each other; otherwise two different ones contradict each other. */
  many: boolean;
  /** The value is a claim of who is asking: a candidate for matching, never evidence. */
  claim: boolean;
  /** `Organization` for a line like `Organization: Acme`. */
  labels: string[];
  /** What is never its value. */
  ignore: string[];
  /** Titles of help desk fields that hold it. */
  titles: string[];
  /** Known values with what people write for them; empty: any text. */
  values: KnownValue[];
  /** What means a value in running text, where no label speaks of the field; empty: running text is not looked at. */
  phrases: KnownValue[];
}

export interface KnownValue {
  value: string;
  wordings: string[];
}

/** What one place said about one field. */
export interface Said {
  field: RequestField;
  /** Known values, or texts as written. */
  values: string[];
  /** Written, yet none of the known values. */
  strange: string[];
}
