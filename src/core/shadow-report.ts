// The shadow report: a row a rule with what agents did about its tickets, and the tickets where they differ.
import type { ComparisonVerdict } from './comparison.js';
import type { Decision } from './decision.js';

/** One ticket that Usher only decided about. */
export interface ReportedTicket {
  caseId: string;
  helpdesk: string;
  ticketId: string;
  subject: string;
  url: string;
  programme: string | null;
  rule: string | null;
  kind: Decision['kind'];
  outcome: string | null;
  decidedAt: string;
  verdict: ComparisonVerdict;
  /** What agents did, in words; '' when nothing that shows. */
  agentsDid: string;
  differences: string[];
}

export interface ReportRow {
  programme: string | null;
  rule: string | null;
  kind: Decision['kind'];
  outcome: string | null;
  decided: number;
  same: number;
  different: number;
  open: number;
}

export interface ShadowReport {
  days: number;
  rules: ReportRow[];
  /** Agents did something else, newest first. */
  different: ReportedTicket[];
  /** Usher would have asked a person: what agents did, newest first. */
  left: ReportedTicket[];
}

const KINDS: Record<Decision['kind'], number> = { act: 0, hold: 1, ignore: 2 };

/** Sums up; rules that act first, each group by how often it decided. */
export function shadowReport(days: number, tickets: ReportedTicket[]): ShadowReport {
  const rows = new Map<string, ReportRow>();
  for (const { programme, rule, kind, outcome, verdict } of tickets) {
    const key = JSON.stringify([programme, rule, kind, outcome]);
    const row = rows.get(key) ?? { programme, rule, kind, outcome, decided: 0, same: 0, different: 0, open: 0 };
    row.decided += 1;
    row[verdict] += 1;
    rows.set(key, row);
  }
  const newest = [...tickets].sort((a, b) => b.decidedAt.localeCompare(a.decidedAt));
  return {
    days,
    rules: [...rows.values()].sort(
      (a, b) => KINDS[a.kind] - KINDS[b.kind] || b.decided - a.decided || String(a.rule).localeCompare(String(b.rule)),
    ),
    different: newest.filter((t) => t.verdict === 'different'),
    left: newest.filter((t) => t.kind === 'hold' && t.verdict === 'same'),
  };
}
