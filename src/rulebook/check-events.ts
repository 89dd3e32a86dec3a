// Checks rules that answer events: received events that are declared, steps that need no ticket, and no personal field in Slack.
import type { EventSource } from '../core/event.js';
import type { EffectSpec, MessageTemplate, Programme, Rule } from '../core/rulebook.js';
import { templateVariables } from '../core/template.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import type { YamlFile } from './yaml-file.js';

/** Steps that stand on no ticket. */
const WITHOUT_TICKET: EffectSpec['type'][] = ['email', 'slack', 'http', 'hold'];

/** What the programme receives must be declared as opening a case; a programme receives something. */
export function checkReceives(
  receives: { intent: string | null; events: string[] },
  sources: EventSource[] | null,
  file: YamlFile,
): Problem[] {
  if (receives.intent === null && receives.events.length === 0) {
    const fix = 'Name an intent, an event, or both';
    return [problem('receives-nothing', 'The programme receives nothing', fix, { ...file.place(['receives'], 'key') })];
  }
  if (!sources) return [];
  const opening = sources.flatMap((s) => Object.entries(s.events).flatMap(([name, t]) => (t.wakes ? [] : [name])));
  return receives.events
    .filter((name) => !opening.includes(name))
    .map((name) => {
      const near = suggestion(name, opening);
      return problem(
        'unknown-event',
        `No source sends an event "${name}" that opens a case${didYouMean(near)}`,
        'Declare it in events.yaml of this programme, without wakes:',
        { ...file.place(['receives', 'event']) },
      );
    });
}

/** An event has no ticket: nobody can be answered, nothing announced, nothing closed. */
export function checkEventRule(rule: Rule, path: PropertyKey[], file: YamlFile): Problem[] {
  if (rule.on !== 'event') return [];
  const wrong = rule.then.flatMap((effect, index) =>
    WITHOUT_TICKET.includes(effect.type)
      ? []
      : [
          problem(
            'step-needs-ticket',
            `"${rule.id}" answers an event, and ${effect.type} needs a ticket`,
            `Use ${WITHOUT_TICKET.join(', ')}`,
            { ...file.place([...path, 'then', index]) },
          ),
        ],
  );
  const later = (rule.wait?.followUps ?? []).flatMap((followUp) => followUp.effects);
  if (later.some((effect) => !WITHOUT_TICKET.includes(effect.type)))
    wrong.push(
      problem('step-needs-ticket', `"${rule.id}" answers an event, and a reminder of it needs a ticket`, 'Use email', {
        ...file.place([...path, 'then'], 'key'),
      }),
    );
  if (rule.graceMs > 0)
    wrong.push(
      problem(
        'step-needs-ticket',
        `"${rule.id}" answers an event, and grace is announced on a ticket`,
        'Remove grace',
        {
          ...file.place([...path, 'grace']),
        },
      ),
    );
  return wrong;
}

/** A field marked as personal is printed by no Slack template, whichever rule uses it. */
export function checkPersonal(sources: EventSource[], templates: Record<string, MessageTemplate>): Problem[] {
  const personal = new Set(
    sources.flatMap((source) =>
      Object.values(source.events).flatMap((type) =>
        Object.entries(type.fields).flatMap(([name, field]) => (field.personal ? [`event.fields.${name}`] : [])),
      ),
    ),
  );
  return Object.values(templates)
    .filter((template) => template.channel === 'slack')
    .flatMap((template) =>
      templateVariables(template)
        // The whole group of fields holds the personal ones too.
        .filter((path) => personal.has(path) || (personal.size > 0 && /^event(\.fields)?$/.test(path)))
        .map((path) =>
          problem(
            'personal-in-slack',
            `The Slack template prints ${path}, which events.yaml marks as personal`,
            'Leave it out: sales find it in the mail',
            { file: template.file },
          ),
        ),
    );
}

/** Two active programmes that would answer one event, or call two systems by one name. */
export function checkSourcesBetween(programmes: Programme[]): Problem[] {
  const owners = new Map<string, string>();
  return programmes.flatMap((programme) =>
    programme.sources.flatMap((source) => {
      const owner = owners.get(source.name);
      owners.set(source.name, programme.name);
      if (owner === undefined) return [];
      return [
        problem(
          'duplicate-source',
          `"${owner}" and "${programme.name}" both declare the event source "${source.name}"`,
          'Give one of them another name: /events/NAME leads to one programme',
        ),
      ];
    }),
  );
}
