// Checks mails to the person whom an event is about: a declared address, a rule for events, and no words that the sender chose.
import type { EventSource } from '../core/event.js';
import { addressField } from '../core/event-address.js';
import type { MessageTemplate, Rule } from '../core/rulebook.js';
import { templateVariables } from '../core/template.js';
import { type Problem, problem } from '../problem.js';
import type { YamlFile } from './yaml-file.js';

/** Values of these kinds carry no message of the sender's to whomever they name. */
const HARMLESS = ['number', 'yes-no', 'time'];

/** `sources` and `templates` null: they could not be read. */
export function checkEventMail(
  rule: Rule,
  path: PropertyKey[],
  world: { sources: EventSource[] | null; templates: Record<string, MessageTemplate> | null; file: YamlFile },
): Problem[] {
  const steps = [...rule.then, ...(rule.wait?.followUps ?? []).flatMap((followUp) => followUp.effects)];
  return steps.flatMap((effect) => {
    const field = effect.type === 'email' ? addressField(effect.to) : null;
    if (effect.type !== 'email' || field === null) return [];
    const place = world.file.place([...path, 'then'], 'key');
    const texts = Object.values(world.templates ?? {}).filter(
      (t) => t.channel === 'email' && t.name === effect.template,
    );
    return [...checkField(rule, field, { sources: world.sources, place }), ...checkWords(texts, world.sources ?? [])];
  });
}

function checkField(
  rule: Rule,
  field: string,
  { sources, place }: { sources: EventSource[] | null; place: Partial<Problem> },
): Problem[] {
  const kinds = (sources ?? []).flatMap((s) => Object.values(s.events).flatMap((e) => e.fields[field]?.type ?? []));
  const isDeclared = kinds.length > 0 && kinds.every((kind) => kind === 'email');
  if (rule.on === 'event' && (isDeclared || sources === null)) return [];
  return [
    problem(
      'no-event-address',
      `"${rule.id}" writes to event.${field}, which is no mail address of an event that it answers`,
      'Declare the field with type: email in events.yaml, and write to it in rules with on: event',
      place,
    ),
  ];
}

function checkWords(templates: MessageTemplate[], sources: EventSource[]): Problem[] {
  const fields = sources.flatMap((s) => Object.values(s.events).flatMap((e) => Object.entries(e.fields)));
  const isHarmless = (path: string) => {
    const named = fields.filter(([name]) => path === `event.fields.${name}`);
    return named.length > 0 && named.every(([, field]) => HARMLESS.includes(field.type));
  };
  return templates.flatMap((template) =>
    templateVariables(template)
      .filter((path) => /^event(\.fields\b|$)/.test(path) && !isHarmless(path))
      .map((path) =>
        problem(
          'event-words-to-stranger',
          `The mail to the person of an event prints ${path}: whoever sends events could write anything to anybody with it`,
          'Say it in words of your own; numbers, times and yes or no may be printed',
          { file: template.file },
        ),
      ),
  );
}
