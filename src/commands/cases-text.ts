// `usher cases`: the list of cases and the story of one, as text.
import { explainDecision, stepLine } from '../core/explain.js';
import type { CaseDetail, CaseSummary } from '../ports.js';
import { visible } from '../problem.js';

export function casesText(cases: CaseSummary[]): string {
  if (cases.length === 0) return 'No cases yet.';
  const rows = cases.map((c) => [c.id, c.state, c.outcome ?? '', c.rule ?? '', c.subject]);
  const widths = [0, 1, 2, 3].map((i) => Math.min(34, Math.max(...rows.map((r) => r[i]!.length))));
  return rows
    .map((r) =>
      visible(
        r.map((cell, i) => (i < 4 ? cell.slice(0, 34).padEnd(widths[i]!) : cell.slice(0, 60))).join('  '),
      ).trimEnd(),
    )
    .join('\n');
}

export function caseText(detail: CaseDetail): string {
  const steps = detail.stepDetails.map(
    (s) => `  ${s.id}. ${stepLine(s.effect)}: ${s.state}${s.reason ? ` (${s.reason})` : ''}`,
  );
  const timeline = detail.timeline.map((t) => `  ${t.at}  ${t.text}`);
  const latest = detail.decisions[0];
  return [
    `${detail.id}: ${detail.state}${detail.outcome ? `, ${detail.outcome}` : ''}`,
    ...(detail.reason ? [detail.reason] : []),
    ...(steps.length > 0 ? ['Steps:', ...steps] : []),
    'Timeline:',
    ...timeline,
  ]
    .map(visible)
    .concat(latest ? ['', explainDecision(latest.triage)] : [])
    .join('\n');
}
