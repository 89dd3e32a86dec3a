// What the status page shows and lets people do, over the store and the rules in use.
import { correctionOutcomes } from '../core/corrections.js';
import { shadowReport } from '../core/shadow-report.js';
import type { HttpOptions } from '../http/http-options.js';
import { correctCase } from './correct-case.js';
import type { KnowledgeBase } from './knowledge.js';
import { sendingOf } from './sending.js';
import type { Store } from './store.js';

type ConsoleSide = Pick<
  HttpOptions,
  'views' | 'lists' | 'programmes' | 'problems' | 'actions' | 'sending' | 'corrections' | 'report'
>;

/** `programmes` are the names of the active ones. */
export function consoleSide(store: Store, knowledge: KnowledgeBase, programmes: string[]): ConsoleSide {
  const { ledger, views, comparisons } = store;
  return {
    views,
    lists: () => knowledge.listStatuses(),
    programmes: () => programmes,
    problems: () => knowledge.problems(),
    actions: {
      settle: (caseId, stepId, how, by) => ledger.settleByPerson(caseId, stepId, how, by),
      resume: (caseId, by) => ledger.resumeCase(caseId, by),
      correct: (caseId, outcome, by) =>
        correctCase({ ledger, views, rulebook: knowledge.rulebook() }, caseId, outcome, by),
    },
    sending: sendingOf(ledger, programmes),
    corrections: (programme) => correctionOutcomes(knowledge.rulebook(), programme),
    report: async (days) => shadowReport(days, await comparisons.tickets(days)),
  };
}
