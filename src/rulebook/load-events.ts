// Turns a programme's events.yaml into event sources, and checks that ids and wake-ups speak of fields that exist.
import type { EventSource, EventTarget } from '../core/event.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import type { EventsYaml } from './grammar-events.js';
import type { YamlFile } from './yaml-file.js';

type SourceYaml = EventsYaml['sources'][string];
type EventYaml = SourceYaml['events'][string];

/** Sources in the order of the file. */
export function toSources(yaml: EventsYaml, programme: string): EventSource[] {
  return Object.entries(yaml.sources).map(([name, source]) => ({
    name,
    title: source.title,
    programme,
    method: source.method,
    secret:
      'uri' in source.secret
        ? { kind: 'uri' as const, name: source.secret.uri }
        : { kind: 'signature' as const, name: source.secret.signature },
    nameAt: source.name,
    fieldsAt: source.fields,
    bytesMost: source.bytesMost,
    events: Object.fromEntries(
      Object.entries(source.events).map(([event, type]) => [
        event,
        {
          id: type.id,
          fields: type.fields,
          wakes: toTarget(type.wakes),
          ...(type.case ? { joins: type.case } : {}),
          ...(type.links ? { links: type.links } : {}),
        },
      ]),
    ),
  }));
}

function toTarget(wakes: EventYaml['wakes']): EventTarget | null {
  if (!wakes) return null;
  if ('ticket' in wakes) return { kind: 'ticket', field: wakes.ticket };
  return { kind: 'value', field: wakes.field, name: wakes.value };
}

export function checkSources(yaml: EventsYaml, file: YamlFile): Problem[] {
  return Object.entries(yaml.sources).flatMap(([name, source]) => [
    ...checkMethod(source, ['sources', name], file),
    ...Object.entries(source.events).flatMap(([event, type]) => {
      const path = ['sources', name, 'events', event];
      const known = Object.keys(type.fields);
      return [
        ...type.id.flatMap((field, i) => checkField(field, known, [...path, 'id', i], file)),
        ...(type.wakes ? checkField(toTarget(type.wakes)!.field, known, [...path, 'wakes'], file) : []),
        ...(type.case ?? []).flatMap((field, i) => checkField(field, known, [...path, 'case', i], file)),
        ...Object.entries(type.links ?? {}).flatMap(([kind, fields]) =>
          fields.flatMap((field) => checkField(field, known, [...path, 'links', kind], file)),
        ),
        ...checkCase(type, path, file),
      ];
    }),
  ]);
}

/** A GET has no body that could be signed. */
function checkMethod(source: SourceYaml, path: PropertyKey[], file: YamlFile): Problem[] {
  if (source.method === 'POST' || 'uri' in source.secret) return [];
  return [
    problem('get-not-signed', 'A GET carries no signature', 'Write secret: { uri: NAME }', {
      ...file.place([...path, 'secret']),
    }),
  ];
}

/** Events without what names their case would all share one; and who wakes another's case has none to share. */
function checkCase({ case: joins = [], wakes, fields }: EventYaml, path: PropertyKey[], file: YamlFile): Problem[] {
  const optional = joins.filter((field) => fields[field] && !fields[field].required);
  const place = { ...file.place([...path, 'case']) };
  if (joins.length > 0 && wakes)
    return [
      problem('event-two-cases', 'The event names a case to share, and one to wake', 'Remove one of them', place),
    ];
  return optional.map((field) =>
    problem('event-case-optional', `"${field}" names the case and may be missing`, 'Write required: true there', place),
  );
}

function checkField(field: string, known: string[], path: PropertyKey[], file: YamlFile): Problem[] {
  if (known.includes(field)) return [];
  const near = suggestion(field, known);
  return [
    problem(
      'unknown-event-field',
      `The event has no field "${field}"${didYouMean(near)}`,
      `Fields: ${known.join(', ')}`,
      { ...file.place(path) },
    ),
  ];
}
