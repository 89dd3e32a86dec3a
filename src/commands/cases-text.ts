// `usher cases`: the list of cases and the story of one, as text.
import { explainDecision, stepLine } from '../core/explain.js';
import { waitWords } from '../core/wait-words.js';
import type { CaseDetail, ListedCase } from '../ports.js';
import { visible } from '../problem.js';

export function casesText(cases: ListedCase[]): string {
  if (cases.length === 0) return 'No cases yet.';
  const rows = cases.map((c) => [c.id, c.state, outcomeOf(c), c.rule ?? '', c.subject]);
  const widths = [0, 1, 2, 3].map((i) => Math.min(34, Math.max(...rows.map((r) => r[i]!.length))));
  return rows
    .map((r) =>
      visible(
        r.map((cell, i) => (i < 4 ? cell.slice(0, 34).padEnd(widths[i]!) : cell.slice(0, 60))).join('  '),
      ).trimEnd(),
    )
    .join('\n');
}

/** What was only decided did not come about: nothing was done, or only proposed. */
function outcomeOf({ mode, outcome }: Pick<ListedCase, 'mode' | 'outcome'>): string {
  if (!outcome) return '';
  return mode === 'live' ? outcome : `would be ${outcome}`;
}

const ONLY = {
  shadow: 'shadow: nothing was sent or changed',
  propose: 'propose: nothing but internal notes is written',
};

export function caseText(detail: CaseDetail): string {
  const line = (s: CaseDetail['stepDetails'][number]) =>
    `  ${s.id}. ${stepLine(s.effect)}: ${s.state}${s.reason ? ` (${s.reason})` : ''}`;
  const steps = detail.stepDetails.filter((s) => !s.isNotice).map(line);
  const told = detail.stepDetails.filter((s) => s.isNotice).map(line);
  const timeline = detail.timeline.map((t) => `  ${t.at}  ${t.text}`);
  const latest = detail.decisions[0];
  const waits = detail.state === 'waiting' ? waitWords(detail.wait) : null;
  const isOnly = detail.mode !== 'live' && latest !== undefined;
  const outcome = outcomeOf(detail);
  return [
    `${detail.id}: ${detail.state}${outcome ? `, ${outcome}` : ''}${isOnly ? ` (${ONLY[detail.mode as 'shadow']})` : ''}`,
    ...(detail.reason ? [detail.reason] : []),
    ...(detail.stage ? [`Stage: ${detail.stage}`] : []),
    ...Object.entries(detail.links).map(([kind, names]) => `Linked ${kind}: ${names.join(', ')}`),
    ...(waits ? [waits] : []),
    ...(steps.length > 0 ? ['Steps:', ...steps] : []),
    ...(told.length > 0 ? ['Told on the ticket:', ...told] : []),
    'Timeline:',
    ...timeline,
  ]
    .map(visible)
    .concat(latest ? ['', explainDecision(latest.triage, isOnly ? 'Would have done' : 'Steps')] : [])
    .join('\n');
}
