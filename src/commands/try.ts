// `usher try TICKET.json`: decides for one saved ticket and shows match, rule, rendered steps and trace; sends nothing.

import type { Triage } from '../core/decision.js';
import { explainDecision } from '../core/explain.js';
import { buildMatchIndexes } from '../core/match/programme-indexes.js';
import { firstSight, type TriageInput, triage } from '../core/triage.js';
import { ProblemError, visible } from '../problem.js';
import { loadRulebook, type RulebookSource } from '../rulebook/load.js';
import type { CommandResult } from './check.js';
import { readListsOnDisk, toListInUse } from './lists-on-disk.js';
import { readTicketFile } from './ticket-file.js';

export interface TryOptions extends RulebookSource {
  ticketFile: string;
  dataDir: string;
  /** The time of the deciding; default: now. */
  now?: Date;
  json?: boolean;
}

/**
 * Decides as the running bot would for a ticket seen for the first time; lists are read from their files, no network, no
 * database. Throws ProblemError when the ticket or the rules cannot be used.
 */
export async function tryCommand(options: TryOptions): Promise<CommandResult> {
  const answer = triage(await triageInput(options));
  return { text: tryText(answer), json: tryJson(answer), ok: true };
}

/** A saved ticket with the rules and lists as they are on disk. Throws ProblemError when any of them cannot be used. */
export async function triageInput(options: TryOptions): Promise<TriageInput> {
  const ticket = await readTicketFile(options.ticketFile);
  const { rulebook, problems } = await loadRulebook(options);
  if (!rulebook) throw new ProblemError(problems.filter((p) => p.severity === 'error'));
  const now = options.now ?? new Date();
  const mappings = rulebook.programmes.flatMap((programme) => programme.lists);
  const lists = (await readListsOnDisk(mappings, options.dataDir, now)).map(toListInUse);
  const indexes = buildMatchIndexes(lists, rulebook);
  return { ticket, caseFacts: firstSight, lists, indexes, rulebook, now };
}

/** The shape that DESIGN promises: decision, match, effects, trace, versions. */
export function tryJson({ decision, match, effects, versions }: Triage): unknown {
  const { kind, programme, rule, outcome, reason, stage, wait } = decision;
  const { verdict, listings, evidence, candidates } = match;
  return {
    decision: { kind, programme, rule, outcome, reason, ...(stage && { stage }), ...(wait && { wait }) },
    match: { verdict, listings, evidence, candidates },
    effects,
    trace: decision.trace,
    versions,
  };
}

function tryText(answer: Triage): string {
  const messages = answer.effects.flatMap((effect) => {
    if (!('text' in effect)) return [];
    const head =
      effect.type === 'email' ? `${effect.name} <${effect.address}>, subject: ${effect.subject}` : effect.template;
    return ['', `--- ${effect.type}: ${visible(head)}`, effect.text.split('\n').map(visible).join('\n')];
  });
  return [explainDecision(answer), ...messages].join('\n');
}
