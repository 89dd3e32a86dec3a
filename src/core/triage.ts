// The whole pure way of a ticket, from what is known to rendered effects: the flow, `try`, scenarios and screens call this one.
import { asApproved, askedAt, draftApproval, itemsOf } from './approval-draft.js';
import { readContact } from './contact.js';
import { chooseProgramme, decide, holdFor, ignoreFor } from './decide.js';
import type { CaseFacts, Decision, Facts, RenderedEffect, Triage } from './decision.js';
import { buildFacts } from './facts.js';
import type { ListInUse } from './listing.js';
import { readFamily } from './match/family.js';
import { matchOrganization } from './match/match.js';
import { matchQuery } from './match/match-query.js';
import { readNamed } from './match/named.js';
import { indexFor, listsOf, type MatchIndexes, meantBy } from './match/programme-indexes.js';
import type { Match } from './match-result.js';
import { renderEffects } from './render.js';
import { readRequest } from './request/read-request.js';
import type { Programme, Rulebook } from './rulebook.js';
import { screenTicket } from './screen.js';
import type { Ticket } from './ticket.js';
import { noProgress } from './wait.js';

export interface TriageInput {
  ticket: Ticket;
  caseFacts: CaseFacts;
  /** Of all programmes; each decides on its own ones only. */
  lists: ListInUse[];
  /** Built from the same lists and rulebook by `buildMatchIndexes`. */
  indexes: MatchIndexes;
  rulebook: Rulebook;
  /** The time of the deciding; an ISO string or a Date. */
  now: string | Date;
  /** Only to see what would be decided: approvals are not drafted again. */
  isSupposed?: boolean;
}

/** What a case is when nothing is known but the ticket: `try`, scenarios, tests. */
export const firstSight: CaseFacts = {
  episode: 1,
  trigger: 'ticket',
  on: 'message',
  correction: null,
  previousProgramme: null,
  previousOutcome: null,
  previousRule: null,
  graceElapsed: false,
  handoffDaysAgo: null,
  progress: noProgress,
};

/**
 * Screening, scope, intent, matching, facts, rules, rendering. Never throws on what a customer wrote; the same input gives
 * the same answer. An effect that cannot be rendered makes the decision a hold with the reason.
 */
export function triage(input: TriageInput): Triage {
  const { ticket, rulebook } = input;
  const choice = chooseProgramme(ticket, rulebook, input.caseFacts);
  const programme = choice.kind === 'ignore' ? null : choice.programme;
  const lists = listsOf(input.lists, programme, rulebook);
  const index = indexFor(input.indexes, programme, rulebook, input.now);
  const request = programme?.request ? readRequest(ticket, programme.request) : [];
  const person = input.caseFacts.steering?.organization ?? null;
  const match = matchOrganization({ ...matchQuery(ticket, fieldsOf(programme, rulebook), request), person }, index);
  const facts = buildFacts({
    ticket,
    match,
    family: readFamily(match, index),
    named: readNamed(request, match, { ticket, index }),
    caseFacts: input.caseFacts,
    intent: choice.kind === 'ignore' ? null : choice.intent,
    contact: readContact(ticket, programme),
    request,
    screening: screenTicket(ticket, rulebook.directory),
    programme,
    now: typeof input.now === 'string' ? input.now : input.now.toISOString(),
    directory: rulebook.directory,
    lists,
  });
  const result = decideChoice(choice, facts, input.caseFacts);
  const versions = {
    rulebook: rulebook.hash,
    lists: Object.fromEntries(lists.flatMap((l) => (l.snapshot ? [[l.name, l.snapshot.hash]] : []))),
  };
  const answer = { facts, match, ...rendered(result, { facts, match, programme, input }), versions };
  return withApproval(answer, programme, input);
}

/** What the rule wants approved, if it does: with what would be done then, which is found by deciding as if it were. */
function withApproval(answer: Triage, programme: Programme | null, input: TriageInput): Triage {
  const { decision, facts, match } = answer;
  const spec = programme?.rules.find((r) => r.id === decision.rule)?.wait?.approval;
  if (!programme || !spec || decision.kind !== 'act' || input.isSupposed) return answer;
  const draft = (items: string[]) => {
    const standing = input.caseFacts.progress.approvals;
    const { name } = spec;
    const caseFacts = asApproved(input.caseFacts, decision, { name, items, now: facts.now });
    const approved = triage({ ...input, caseFacts, now: askedAt(standing, name) ?? input.now, isSupposed: true });
    const context = { facts, match, programme, ticket: input.ticket, directory: input.rulebook.directory };
    return draftApproval(spec, { decision, approved, context, items, standing });
  };
  const items = itemsOf(spec, facts);
  const result = items
    ? draft(items)
    : { hold: `It is not known what "${spec.name}" is to be approved for: ${spec.each}` };
  if ('draft' in result) return { ...answer, approval: result.draft };
  const held = { ...holdFor(result.hold, decision.trace), programme: decision.programme, rule: decision.rule };
  return { ...answer, decision: held, effects: [] };
}

/** Which form fields carry a claimed organization; those of a single programme even where it was not chosen, so that a verdict can be shown. */
function fieldsOf(programme: Programme | null, rulebook: Rulebook): Programme['fields'] {
  return meantBy(programme, rulebook)?.fields ?? { organization: [], state: [], phone: [], orgAdmin: [] };
}

function decideChoice(choice: ReturnType<typeof chooseProgramme>, facts: Facts, caseFacts: CaseFacts): Decision {
  if (choice.kind === 'ignore') return ignoreFor(choice.reason);
  if (choice.kind === 'programme') return decide(facts, choice.programme, caseFacts);
  return { ...holdFor(choice.reason, []), programme: choice.programme?.name ?? null };
}

interface RenderingInput {
  facts: Facts;
  match: Match;
  programme: Programme | null;
  input: TriageInput;
}

function rendered(
  decision: Decision,
  { facts, match, programme, input }: RenderingInput,
): { decision: Decision; effects: RenderedEffect[] } {
  if (decision.kind !== 'act' || !programme) return { decision, effects: [] };
  const { ticket, rulebook } = input;
  const result = renderEffects(decision, { facts, match, programme, ticket, directory: rulebook.directory });
  if ('effects' in result) return { decision, effects: result.effects };
  const held = { ...holdFor(result.hold, decision.trace), programme: decision.programme, rule: decision.rule };
  return { decision: held, effects: [] };
}
