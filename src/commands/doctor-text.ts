// What `usher doctor` prints: an area a paragraph, a finding a line, and under it what to do.
import type { Finding } from '../ports.js';
import { visible } from '../problem.js';

const MARKS = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' } as const;

/** Readable text; hostile characters are made visible. */
export function doctorText(findings: Finding[]): string {
  const areas = [...new Set(findings.map((f) => f.area))];
  const paragraphs = areas.map((area) => [area, ...findings.filter((f) => f.area === area).flatMap(lines)].join('\n'));
  return `${paragraphs.join('\n\n')}\n\n${verdict(findings)}`;
}

function lines({ level, what, fix }: Finding): string[] {
  const line = `  ${MARKS[level]}  ${visible(what)}`;
  return fix === '' ? [line] : [line, `${' '.repeat(11)}-> ${visible(fix)}`];
}

function verdict(findings: Finding[]): string {
  const count = (level: Finding['level'], word: string) => {
    const n = findings.filter((f) => f.level === level).length;
    return `${n} ${word}${n === 1 ? '' : 's'}`;
  };
  const fine = findings.filter((f) => f.level === 'ok').length;
  return `${count('error', 'error')}, ${count('warning', 'warning')}, ${fine} fine. Nothing was sent or changed.`;
}
