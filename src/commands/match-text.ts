// `usher match`: a match as text, with each list's word, the evidence and the candidates.
import type { Match } from '../core/match-result.js';
import { visible } from '../problem.js';

export function matchText(match: Match): string {
  const lists = Object.values(match.lists).map(
    (l) => `  ${l.list}: ${l.value ?? 'not known'} (${l.reason}${l.cell ? `, ${l.cell}` : ''})`,
  );
  const evidence = match.evidence.map(
    (e) =>
      `  ${e.supports ? '+' : '-'} ${e.tier ? `tier ${e.tier}: ` : ''}${e.says} [${[e.source, e.cell].filter(Boolean).join(', ')}]`,
  );
  const candidates = match.candidates.map(
    (c) => `  ${c.name} (${c.list}, ${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`,
  );
  const part = (title: string, lines: string[]) => (lines.length > 0 ? [title, ...lines] : []);
  return [
    `${match.verdict}${match.name ? `: ${match.name}` : ''}`,
    match.reason,
    ...part('Lists:', lists),
    ...part('Evidence:', evidence),
    ...part('Candidates (for a person; never acted upon):', candidates),
  ]
    .map(visible)
    .join('\n');
}
