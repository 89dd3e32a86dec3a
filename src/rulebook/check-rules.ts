// Checks the rules of a programme against each other: ids, order, and rules that would answer everything.
import type { Condition, Rule } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { type RulesYaml, THEN } from './grammar-rules.js';
import type { YamlFile } from './yaml-file.js';

/** Problems of the list of rules as a whole; steps and conditions are checked elsewhere. */
export function checkRules(rules: Rule[], file: YamlFile): Problem[] {
  const first = new Map<string, number>();
  return rules.flatMap((rule, index) => {
    const open = rules.findIndex((other) => other.when === null && isSameOccasion(other, rule));
    const problems: Problem[] = [];
    const before = first.get(rule.id);
    if (before !== undefined) {
      const line = file.place(['rules', before, 'id']).line;
      problems.push(
        problem(
          'duplicate-rule',
          `The rule "${rule.id}" already stands in line ${line}`,
          'Give one of them another id',
          { ...file.place(['rules', index, 'id']) },
        ),
      );
    } else first.set(rule.id, index);
    if (open >= 0 && index > open) {
      problems.push(
        problem(
          'unreachable-rule',
          `"${rule.id}" can never decide: "${rules[open]!.id}" before it fits always`,
          'Move it up, or give the rule before it a "when"',
          {
            severity: 'warning',
            ...file.place(['rules', index], 'value'),
          },
        ),
      );
    }
    return [...problems, ...lint(rule, index, file)];
  });
}

/** Rules for different occasions never stand in each other's way. */
function isSameOccasion(one: Rule, other: Rule): boolean {
  return one.on === other.on && (one.on !== 'correction' || one.outcome === other.outcome);
}

function lint(rule: Rule, index: number, file: YamlFile): Problem[] {
  const effects = rule[THEN];
  const place = file.place(['rules', index, THEN], 'key');
  const speaks = effects.some((effect) => effect.type === 'reply' || effect.type === 'close');
  if (rule.when === null && speaks) {
    return [
      problem(
        'replies-to-everything',
        `"${rule.id}" has no "when", so it would answer or close every ticket that gets this far`,
        'Say when it applies, or hold',
        { ...place },
      ),
    ];
  }
  const closes = effects.some((effect) => effect.type === 'close');
  const isFollowUp = rule.when !== null && namesFact(rule.when, 'case.previous');
  if (closes && !isFollowUp && !effects.some((effect) => effect.type === 'reply')) {
    return [
      problem(
        'closes-in-silence',
        `"${rule.id}" closes the ticket without a reply`,
        'Add a reply before close, unless silence is meant',
        { severity: 'warning', ...place },
      ),
    ];
  }
  return [];
}

function namesFact(condition: Condition, start: string): boolean {
  if (condition.kind === 'test') return condition.fact.startsWith(start);
  return condition.kind === 'not'
    ? namesFact(condition.of, start)
    : condition.of.some((part) => namesFact(part, start));
}

/** The head of the file: the folder's name, an intent that is defined, a group that exists. What is null could not be read. */
export function checkHead(
  yaml: RulesYaml,
  head: { programme: string; intents: string[] | null; groups: string[] | null; file: YamlFile },
): Problem[] {
  const problems: Problem[] = [];
  if (yaml.programme !== head.programme) {
    problems.push(
      problem(
        'programme-name',
        `The file says programme "${yaml.programme}", but its folder is "${head.programme}"`,
        `Write programme: ${head.programme}`,
        { ...head.file.place(['programme']) },
      ),
    );
  }
  const { group } = yaml.holds;
  if (group && head.groups && !head.groups.includes(group)) {
    const near = suggestion(group, head.groups);
    problems.push(
      problem(
        'unknown-group',
        `The directory has no group "${group}"${didYouMean(near)}`,
        'Add it under groups: in rules/directory.yaml, or correct it here',
        { ...head.file.place(['holds', 'group']) },
      ),
    );
  }
  const intent = yaml.receives.intent;
  if (intent && head.intents && !head.intents.includes(intent)) {
    const near = suggestion(intent, head.intents);
    problems.push(
      problem(
        'unknown-intent',
        `unknown intent "${intent}"${didYouMean(near)}`,
        `Intents of this programme: ${head.intents.join(', ') || 'none'}`,
        { ...head.file.place(['receives', 'intent']) },
      ),
    );
  }
  return problems;
}
