// From what is written in a rules file to the core's types: conditions in normal form, one typed effect a step.
import type { Condition, EffectSpec, Operator, Rule } from '../core/rulebook.js';
import { parseDuration } from './duration.js';
import { type EffectYaml, type RuleYaml, THEN } from './grammar-rules.js';
import { toSteps } from './wait-form.js';
import type { Place } from './yaml-file.js';

/** A test of a condition with the path to where it is written, for Problems. */
export interface WrittenTest {
  test: Extract<Condition, { kind: 'test' }>;
  path: PropertyKey[];
}

type YamlMap = Record<string, unknown>;

/** Normal form of `when`; every test met on the way is added to `tests` with its path. */
export function toCondition(when: unknown, path: PropertyKey[], tests: WrittenTest[]): Condition {
  const parts = Object.entries(when as YamlMap).map(([key, value]): Condition => {
    const here = [...path, key];
    if (key === 'all' || key === 'any') {
      return { kind: key, of: (value as unknown[]).map((item, i) => toCondition(item, [...here, i], tests)) };
    }
    if (key === 'not') return { kind: 'not', of: toCondition(value, here, tests) };
    return toTest(key, value, { path: here, tests });
  });
  return allOf(parts);
}

function toTest(fact: string, value: unknown, into: { path: PropertyKey[]; tests: WrittenTest[] }): Condition {
  const leaf = (op: Operator, operand: unknown): Condition => {
    const test = { kind: 'test' as const, fact, op, value: operand };
    into.tests.push({ test, path: into.path });
    return test;
  };
  if (Array.isArray(value)) return leaf('oneOf', value);
  if (value === null || typeof value !== 'object') return leaf('is', value);
  return allOf(
    Object.entries(value as YamlMap).map(
      ([op, operand]): Condition =>
        op === 'not' ? { kind: 'not', of: toTest(fact, operand, into) } : leaf(op as Operator, operand),
    ),
  );
}

function allOf(parts: Condition[]): Condition {
  return parts.length === 1 ? parts[0]! : { kind: 'all', of: parts };
}

/** The typed effect of one item of `then`. */
export function toEffect(effect: EffectYaml): EffectSpec {
  if (effect.reply !== undefined) return { type: 'reply', template: effect.reply };
  if (effect.note !== undefined) return { type: 'note', template: effect.note };
  if (effect.set !== undefined) return { type: 'set', fields: effect.set };
  if (effect.tag !== undefined) return { type: 'tag', add: [effect.tag].flat(), remove: [] };
  if (effect.untag !== undefined) return { type: 'tag', add: [], remove: [effect.untag].flat() };
  if (effect.assign !== undefined) return { type: 'assign', to: effect.assign };
  if (effect.status !== undefined) return { type: 'status', status: effect.status };
  if (effect.email !== undefined) return { type: 'email', ...effect.email };
  if (effect.slack !== undefined) return { type: 'slack', ...effect.slack };
  if (effect.http !== undefined) return { type: 'http', ...effect.http };
  if (effect.attach !== undefined) return { type: 'attach', ...effect.attach };
  if (effect.hold !== undefined) return { type: 'hold', reason: effect.hold };
  return { type: 'close', resolution: effect.close?.resolution ?? null, fields: effect.close?.fields ?? {} };
}

/** A rule in the core's form, with the tests of its condition and where they are written. */
export function toRule(rule: RuleYaml, index: number, place: Place): { rule: Rule; tests: WrittenTest[] } {
  const tests: WrittenTest[] = [];
  const { steps, wait, stage } = toSteps(rule[THEN], toEffect);
  const when = rule.when === undefined ? null : toCondition(rule.when, ['rules', index, 'when'], tests);
  return {
    rule: {
      id: rule.id,
      title: rule.title ?? null,
      on: rule.on,
      when,
      whenUnknown: rule.whenUnknown,
      outcome: rule.outcome ?? null,
      graceMs: parseDuration(rule.grace ?? '0') ?? 0,
      [THEN]: steps,
      wait,
      stage,
      place: { file: place.file, line: place.line },
    },
    tests,
  };
}
