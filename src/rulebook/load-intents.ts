// Turns a programme's intents.yaml into intents, and checks that each can be reached.
import type { Intent } from '../core/rulebook.js';
import { type Problem, problem } from '../problem.js';
import type { IntentsYaml } from './grammar-intents.js';
import type { YamlFile } from './yaml-file.js';

/** Intents in the order of the file. */
export function toIntents(yaml: IntentsYaml): Intent[] {
  return Object.entries(yaml.intents).map(([name, intent]) => ({
    name,
    ...intent,
    phrases: intent.phrases.map((phrase) => ({ ...phrase, locale: phrase.locale ?? null })),
  }));
}

/** Thresholds that contradict each other, and intents that no ticket can ever reach. */
export function checkIntents(yaml: IntentsYaml, file: YamlFile): Problem[] {
  return Object.entries(yaml.intents).flatMap(([name, intent]) => {
    const problems: Problem[] = [];
    const path = ['intents', name];
    if (intent.unsure > intent.threshold) {
      problems.push(
        problem(
          'thresholds',
          `"unsure" (${intent.unsure}) is above "threshold" (${intent.threshold})`,
          'Asking a person must start at or below the threshold',
          {
            ...file.place([...path, 'unsure']),
          },
        ),
      );
    }
    const weights = [
      ...intent.phrases.map((phrase) => phrase.weight),
      ...Object.values(intent.tags),
      ...Object.values(intent.fields).flatMap((values) => Math.max(0, ...Object.values(values))),
      Math.max(0, ...Object.values(intent.channels)),
    ];
    const most = weights.filter((weight) => weight > 0).reduce((sum, weight) => sum + weight, 0);
    if (most < intent.threshold) {
      problems.push(
        problem(
          'unreachable-intent',
          `All weights of "${name}" together (${most}) stay below its threshold (${intent.threshold})`,
          'Raise weights or lower the threshold',
          {
            ...file.place(path, 'key'),
          },
        ),
      );
    }
    return problems;
  });
}
