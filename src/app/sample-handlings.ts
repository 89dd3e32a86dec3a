// Follows what the sandbox's samples bring: each ticket, and each answer or further ticket that comes of it, until all are at rest.
import type { CaseDetail, CaseSummary, CaseViews } from '../ports.js';
import type { Sandbox } from '../sandbox/sandbox.js';

export interface SampleHandlings {
  /** Cases of which a handling is under way or surely to come; each once. */
  left(): string[];
  /** To be told of every case that is at rest after a visit. */
  rested(detail: Pick<CaseDetail, 'id' | 'episode'>): void;
}

/** `atRest`: cases that were at rest when this start began. `helpdesk` is the name in their ids. */
export async function followSamples(
  sandbox: Sandbox,
  { helpdesk, views, atRest }: { helpdesk: string; views: CaseViews; atRest: Iterable<string> },
): Promise<SampleHandlings> {
  const caseOf = (ticketId: string) => `${helpdesk}-${ticketId}`;
  /** Case -> the last episode that came to rest. */
  const over = new Map([...atRest].map((id) => [id, 1]));
  for (const { ticketId, episode } of sandbox.sampleHandlings()) {
    if (ticketId === null || episode === 1 || !over.has(caseOf(ticketId))) continue;
    over.set(caseOf(ticketId), (await views.detail(caseOf(ticketId)))?.episode ?? 1);
  }
  return {
    left() {
      const open = sandbox.sampleHandlings().map(({ ticketId, episode }) => {
        if (ticketId === null) return 'one that is about to be filed';
        return (over.get(caseOf(ticketId)) ?? 0) < episode ? caseOf(ticketId) : null;
      });
      return [...new Set(open.filter((id) => id !== null))];
    },
    rested({ id, episode }) {
      over.set(id, Math.max(episode, over.get(id) ?? 0));
    },
  };
}

/** Equal for a case that was looked at again without anything coming of it. */
export function whatCameOf({ state, programme, rule, outcome, reason, steps }: CaseSummary): string {
  return JSON.stringify([state, programme, rule, outcome, reason, steps]);
}
