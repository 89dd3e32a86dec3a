// What `usher lists` prints: each list with its age, what is wrong with it, and the cells to mend.
import type { LintFinding } from '../core/listing.js';
import type { ListStatus } from '../ports.js';
import { visible } from '../problem.js';

/** Findings shown a list; the rest is counted. */
const shownMax = 40;

/** Readable text, several lines a list, ending with a line break. Hostile characters are made visible. */
export function listsText(statuses: ListStatus[]): string {
  if (statuses.length === 0) return 'No programme uses a list.\n';
  return `${statuses.map(oneList).join('\n')}`;
}

function oneList(status: ListStatus): string {
  const state = status.problem === null ? 'in use' : 'NOT IN USE';
  const lines = [`${visible(status.title)} (${status.list}, ${status.programme}): ${state}`];
  lines.push(`  file     ${visible(status.file)}`);
  if (status.readAt !== null && status.hash !== null) {
    lines.push(
      `  content  ${count(status.rows, 'row')}, version ${status.hash.slice(0, 12)}, last read ${status.readAt.slice(0, 19).replace('T', ' ')} UTC`,
    );
  }
  if (status.problem !== null) lines.push(`  problem  ${visible(status.problem)}`);
  if (status.waiting) {
    lines.push(
      `  waiting  since ${status.waiting.since.slice(0, 16).replace('T', ' ')} UTC: ${visible(status.waiting.why)}`,
    );
    lines.push(`           accept it with: usher lists accept ${status.waiting.hash.slice(0, 12)}`);
  }
  lines.push(...approvals(status));
  lines.push(...findings(status.lint));
  return `${lines.join('\n')}\n`;
}

function approvals({ approvals: dated }: ListStatus): string[] {
  if (!dated) return [];
  const { endSoon, notYet, ended } = dated;
  const shown = endSoon.slice(0, shownMax).map((a) => `    ${a.until}  ${visible(a.name)} (${visible(a.cell)})`);
  const more = endSoon.length - shown.length;
  return [
    `  approved ${endSoon.length} end soon, ${ended} ended, ${notYet} not yet begun`,
    ...shown,
    ...(more > 0 ? [`    ... and ${more} more; see usher lists --json`] : []),
  ];
}

function findings(lint: LintFinding[]): string[] {
  if (lint.length === 0) return ['  findings none'];
  const shown = lint.slice(0, shownMax);
  const width = Math.max(...shown.map((f) => place(f).length));
  const lines = shown.map((f) => {
    const mark = f.severity === 'error' ? 'error  ' : 'warning';
    return `    ${place(f).padEnd(width)}  ${mark}  ${visible(f.message)} (${visible(f.fix)})`;
  });
  if (lint.length > shown.length) lines.push(`    ... and ${lint.length - shown.length} more; see usher lists --json`);
  return [`  findings ${lint.length}`, ...lines];
}

function place(finding: LintFinding): string {
  return finding.cell === null ? visible(finding.sheet) : `${visible(finding.sheet)}!${finding.cell}`;
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
