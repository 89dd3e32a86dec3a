// What `usher audit verify` found, as text.
import type { AuditFinding, AuditReport } from '../ports/audit.js';
import { visible } from '../problem.js';

export function auditText(report: AuditReport): string {
  const { head, entries, sealedAt, unsealed, findings } = report;
  const waiting = unsealed === 0 ? [] : [`${unsealed} rows wait for the next seal.`];
  const lines = head
    ? [`${entries} entries, sealed last at ${sealedAt ?? 'no time'}.`, ...waiting, `Head: ${head.hash}`]
    : ['Nothing was sealed yet.', ...waiting];
  if (report.ok) return [...lines, 'Everything is as it was sealed.'].join('\n');
  const count = report.hasMore ? `More than ${findings.length} findings` : `Findings: ${findings.length}`;
  return [...lines, `${count}`, ...findings.map(findingLine)].join('\n');
}

function findingLine({ sequence, kind, id, what }: AuditFinding): string {
  const place = sequence === null ? '' : `entry ${sequence}, `;
  return visible(`  ${place}${kind}${id ? ` ${id}` : ''}: ${what}`);
}
