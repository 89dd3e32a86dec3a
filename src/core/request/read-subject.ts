// Reads a subject line laid out like `[organization] + [task] + [platform]`, the way people really write it.
import { foldWords } from '../text.js';
import { bareValue, isFiller, saidIn } from './bare-value.js';
import { findValues, outside } from './find-values.js';
import type { RequestField, RequestSpec, Said } from './request-spec.js';

const SUBJECT_MAX = 300;
const PREFIX =
  /^\s*(?:(?:re|aw|antw|fwd?|wg|sv|tr|rv)\s{0,3}(?:\[\d{1,3}\])?\s{0,3}[:：]|[[(](?:external|extern|ext|spam|#?\d{1,12})[\])])\s*/iu;
/** Brackets always part; a dash, slash or colon only where it stands apart, because names have them too. */
const SEPARATOR = /[[\]|+–—;]|\s[-/:]{1,2}\s|:\s/u;

/** The subject without `Re:`, `Fwd:` and marks that mail servers put in front. */
export function bareSubject(subject: string): string {
  let bare = subject.slice(0, SUBJECT_MAX);
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(PREFIX, '');
  }
  return bare.trim();
}

/**
 * What the subject says by the first layout that fits all of it. Order does not matter where a field has known values; what is
 * left goes to the fields that take any text, in the layout's order. Too many pieces say nothing: nothing is guessed.
 */
export function readSubject(subject: string, spec: RequestSpec): Said[] {
  const bare = bareSubject(subject);
  const [best] = spec.subjects
    .map((layout) =>
      readLayout(
        bare,
        layout.flatMap((name) => spec.fields.find((f) => f.name === name) ?? []),
      ),
    )
    .sort((a, b) => b.length - a.length);
  return best ?? [];
}

function readLayout(subject: string, fields: RequestField[]): Said[] {
  const segments = subject.split(SEPARATOR).filter((segment) => foldWords(segment) !== '');
  const known = fields.filter((field) => field.values.length > 0);
  const said = new Map<RequestField, string[]>();
  const add = (field: RequestField, text: string) => said.set(field, [...(said.get(field) ?? []), text]);
  const isFree = (field: RequestField) => !said.has(field);
  // First whole segments: a platform's name inside an organization's name is not that platform.
  let open = segments.filter((segment) => {
    const spans = findValues(segment, known);
    if (spans.length === 0 || !outside(segment, spans).every((rest) => isFiller(rest, fields))) return true;
    for (const { field, value } of spans) add(field, value);
    return false;
  });
  const unsaid = known.filter(isFree);
  open = open.flatMap((segment) => {
    const spans = findValues(segment, unsaid);
    for (const { field, value } of spans) add(field, value);
    return outside(segment, spans);
  });
  const isWhole = segments.length === fields.length;
  const pieces = open.map(bareValue).filter((piece) => !isFiller(piece, []) && !isChat(piece));
  const isLaidOut = segments.length > 1 ? isWhole || said.size > 0 : said.size > 0 && pieces.every(isProper);
  const takers = fields.filter((field) => field.values.length === 0);
  const places = isWhole ? fields.filter(isFree) : takers;
  const several = takers.length === 1 && segments.length > 1 ? takers.find((field) => field.many) : undefined;
  if (isLaidOut && pieces.length <= places.length) for (const [i, piece] of pieces.entries()) add(places[i]!, piece);
  else if (isLaidOut && several) for (const piece of pieces) add(several, piece);
  return [...said].map(([field, texts]) => saidIn(field, texts.join('\n')));
}

const CHAT =
  /^(?:questions?|help|issues?|problems?|support|urgent|important|hello|hi|thanks|new|info|update|frage|hilfe|problem|dringend|hallo|danke|neue?)$/;

/** Words of a conversation, which name nobody. */
function isChat(piece: string): boolean {
  return foldWords(piece)
    .split(' ')
    .every((word) => CHAT.test(word));
}

/** In a sentence without separators only capitalized words can be a name: "How does" and "question about" are none. */
function isProper(piece: string): boolean {
  return piece.split(/\s+/).every((word) => /^[^\p{L}\p{N}]{0,2}[\p{Lu}\p{N}&]/u.test(word) || word.length < 4);
}
