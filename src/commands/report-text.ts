// `usher report`: the shadow report as text.
import type { ReportedTicket, ReportRow, ShadowReport } from '../core/shadow-report.js';
import { visible } from '../problem.js';

const TICKETS_MOST = 200;

/** A table a rule, then the tickets that differ with their links, then what was left to people. */
export function reportText(report: ShadowReport): string {
  const { days, rules, different, left } = report;
  if (rules.length === 0)
    return `Nothing was decided in shadow or propose mode in the last ${days} days. Cases decided live are no part of this report.`;
  return [
    `What Usher would have done, and what the agents did: decisions of the last ${days} days.`,
    '',
    ...tableOf(rules),
    '',
    'same: the agents did what the rule says, or a person handled what Usher would have left to one. open: not finished yet,',
    'or what the rule does cannot be seen on the ticket. Mails and Slack posts are not compared.',
    ...section('Tickets where the agents did something else:', different, (t) => t.differences.join('. ')),
    ...section('Where Usher would have asked a person:', left, (t) => `the agents ${t.agentsDid}`),
  ]
    .map(visible)
    .join('\n');
}

function tableOf(rules: ReportRow[]): string[] {
  const head = ['rule', 'would have', 'decided', 'same', 'different', 'open'];
  const rows = rules.map((r) => [r.rule ?? '–', wouldHave(r), ...[r.decided, r.same, r.different, r.open].map(String)]);
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** What the rule comes to, in a few words. */
export function wouldHave({ kind, outcome }: Pick<ReportRow, 'kind' | 'outcome'>): string {
  if (kind === 'hold') return 'asked a person';
  if (kind === 'ignore') return 'left alone';
  return outcome ?? 'acted';
}

function section(title: string, tickets: ReportedTicket[], says: (ticket: ReportedTicket) => string): string[] {
  if (tickets.length === 0) return [];
  const lines = tickets
    .slice(0, TICKETS_MOST)
    .map((t) => `  #${t.ticketId} ${t.subject || '(no subject)'} | ${says(t)} | ${t.url}`);
  const more = tickets.length > TICKETS_MOST ? [`  … and ${tickets.length - TICKETS_MOST} more (--json has all)`] : [];
  return ['', title, ...lines, ...more];
}
