// Checks where a rule attaches a file: with a comment of its own, so that both go out in one write.
import type { EffectSpec } from '../core/rulebook.js';
import { type Problem, problem } from '../problem.js';
import type { YamlFile } from './yaml-file.js';

/** A comment takes one file: what cannot be had keeps back no more than the words that speak of it. */
export function checkAttached(effects: EffectSpec[], path: PropertyKey[], file: YamlFile): Problem[] {
  return effects.flatMap((effect, index) => {
    const before = effects[index - 1]?.type;
    if (effect.type !== 'attach' || before === 'reply' || before === 'note') return [];
    return [
      problem('attach-without-comment', 'A file is attached to the reply or note right before it', 'Put it there', {
        ...file.place([...path, index]),
      }),
    ];
  });
}
