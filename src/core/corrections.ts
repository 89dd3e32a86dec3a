// Which outcomes a person may name as the right one after a case ended wrongly: those that rules `on: correction` know.
import type { Rulebook } from './rulebook.js';

/** Outcomes in the order of the rules, each once; [] when the programme is not active or has no such rule. */
export function correctionOutcomes(rulebook: Rulebook, programme: string | null): string[] {
  const rules = rulebook.programmes.find((p) => p.name === programme)?.rules ?? [];
  return [...new Set(rules.flatMap((r) => (r.on === 'correction' && r.outcome !== null ? [r.outcome] : [])))];
}
