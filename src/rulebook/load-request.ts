// Turns a programme's `request:` block into what reads it, and checks names, layouts, wordings and the templates that use them.

import type { KnownValue, RequestSpec } from '../core/request/request-spec.js';
import type { Condition, MessageTemplate } from '../core/rulebook.js';
import { templateVariables } from '../core/template.js';
import { foldWords } from '../core/text.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { PLACEHOLDER, type RequestYaml } from './grammar-request.js';
import type { RulesYaml } from './grammar-rules.js';
import type { YamlFile } from './yaml-file.js';

type FactTest = Extract<Condition, { kind: 'test' }>;

/** Facts below `request` that are no fields. */
export const RESERVED = ['missing', 'unclear', 'sources', 'strange'];

/** Fields in the order of the file. */
export function toRequest(yaml: RequestYaml): RequestSpec {
  return {
    subjects: yaml.subject.map(namesIn),
    fields: Object.entries(yaml.fields).map(([name, { fields, values, anywhere, ...field }]) => {
      const known = Object.entries(values).map(([value, more]) => ({ value, wordings: [value, ...more] }));
      const phrases = typeof anywhere === 'boolean' ? (anywhere ? known : []) : phrasesOf(anywhere);
      return { name, ...field, titles: fields, values: known, phrases };
    }),
  };
}

/** Every Problem of the block, and of templates that print a field nobody reads. */
export function checkRequest(
  { request }: RulesYaml,
  templates: Record<string, MessageTemplate> | null,
  file: YamlFile,
): Problem[] {
  return [
    ...(request ? [...checkLayouts(request, file), ...checkFields(request, file)] : []),
    ...Object.values(templates ?? {}).flatMap((template) => checkPrinted(template, request ?? null)),
  ];
}

/** A condition on a field that nobody reads would never be known. */
export function checkRequestFact(fact: string, request: RequestYaml | null, place: object): Problem[] {
  const [, name = '', of] = fact.split('.');
  const known = Object.keys(request?.fields ?? {});
  const field = (name === 'sources' || name === 'strange') && of !== undefined ? of : name;
  return known.includes(field) || name === 'missing' || name === 'unclear' ? [] : [unknownField(field, known, place)];
}

/** A value that the field can never have: `missing` and `unclear` hold names of fields, a field its known values. */
export function checkRequestValue(
  { fact, op, value }: FactTest,
  request: RequestYaml | null,
  place: object,
): Problem[] {
  if (!request || (op !== 'is' && op !== 'oneOf')) return [];
  const name = fact.slice('request.'.length);
  const isOfNames = name === 'missing' || name === 'unclear';
  const known = Object.keys(isOfNames ? request.fields : (request.fields[name]?.values ?? {}));
  if (known.length === 0) return [];
  return [value]
    .flat()
    .filter((one) => !known.includes(String(one)))
    .map((one) => {
      return isOfNames ? unknownField(String(one), known, place) : unknownValue(String(one), name, known, place);
    });
}

function unknownValue(value: string, field: string, known: string[], place: object): Problem {
  const near = suggestion(value, known);
  const said = `"${value}" is not a value of ${field}${didYouMean(near)}`;
  return problem('unknown-request-value', said, `Known: ${known.join(', ') || 'none, it takes any text'}`, place);
}

function phrasesOf(anywhere: Record<string, string[]>): KnownValue[] {
  return Object.entries(anywhere).map(([value, wordings]) => ({ value, wordings }));
}

function namesIn(layout: string): string[] {
  return [...layout.matchAll(PLACEHOLDER)].map((found) => found[1]!);
}

function checkLayouts(request: RequestYaml, file: YamlFile): Problem[] {
  const known = Object.keys(request.fields);
  return request.subject.flatMap((layout, i) => {
    const names = namesIn(layout);
    const strange = names.filter((name) => !known.includes(name));
    const place = file.place(['request', 'subject', i]);
    if (names.length === 0 || new Set(names).size < names.length)
      return [
        problem(
          'request-layout',
          'A layout names each of its fields once, in brackets',
          'Write it like "[organization] + [task]"',
          place,
        ),
      ];
    return strange.map((name) => unknownField(name, known, place));
  });
}

function unknownField(name: string, known: string[], place: object): Problem {
  const near = suggestion(name, known);
  return problem(
    'unknown-request-field',
    `unknown request field "${name}"${didYouMean(near)}`,
    `Fields of this programme: ${known.join(', ') || 'none'}`,
    place,
  );
}

/** One wording that means two things would be read as whichever stands first. */
function checkFields(request: RequestYaml, file: YamlFile): Problem[] {
  const labels = new Map<string, string>();
  return Object.entries(request.fields).flatMap(([name, field]) => {
    const path = ['request', 'fields', name];
    const problems: Problem[] = [];
    if (RESERVED.includes(name))
      problems.push(
        problem(
          'reserved-word',
          `"${name}" is a fact of every request`,
          'Choose another name',
          file.place(path, 'key'),
        ),
      );
    const twice = (seen: Map<string, string>, wording: string, meaning: string, at: PropertyKey[]) => {
      const folded = foldWords(wording);
      const other = seen.get(folded);
      seen.set(folded, meaning);
      if (folded !== '' && (other === undefined || other === meaning)) return;
      const said =
        folded === '' ? `"${wording}" has no letter or digit` : `"${wording}" means both "${other}" and "${meaning}"`;
      problems.push(problem('request-wording', said, 'A wording can mean one thing only', file.place(at)));
    };
    for (const [i, label] of field.labels.entries()) twice(labels, label, name, [...path, 'labels', i]);
    const values = new Map(Object.keys(field.values).map((value) => [foldWords(value), value]));
    for (const [value, wordings] of Object.entries(field.values))
      for (const [i, wording] of wordings.entries()) twice(values, wording, value, [...path, 'values', value, i]);
    const spoken = typeof field.anywhere === 'boolean' ? {} : field.anywhere;
    const phrases = new Map<string, string>();
    for (const [value, wordings] of Object.entries(spoken)) {
      const at = [...path, 'anywhere', value];
      if (!Object.hasOwn(field.values, value))
        problems.push(unknownValue(value, name, Object.keys(field.values), file.place(at, 'key')));
      for (const [i, wording] of wordings.entries()) twice(phrases, wording, value, [...at, i]);
    }
    return problems;
  });
}

function checkPrinted(template: MessageTemplate, request: RequestYaml | null): Problem[] {
  const known = [...Object.keys(request?.fields ?? {}), ...RESERVED];
  return templateVariables(template)
    .filter((path) => path.startsWith('request.'))
    .map((path) => path.split('.')[1]!)
    .filter((name) => !known.includes(name))
    .map((name) => unknownField(name, known, { file: template.file }));
}
