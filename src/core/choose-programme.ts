// Chooses the programme that takes a ticket: screening, then scope, then intent; or says why none does.
import type { CaseFacts } from './decision.js';
import { isEventDesk } from './event.js';
import { type IntentResult, recognizeIntents } from './intent.js';
import type { Programme, Rulebook, Scope } from './rulebook.js';
import { screenTicket } from './screen.js';
import type { Ticket } from './ticket.js';

export type Choice =
  | { kind: 'programme'; programme: Programme; intent: IntentResult }
  | { kind: 'ignore'; reason: string }
  /** `programme` and `intent` are given when exactly one programme is meant. */
  | { kind: 'hold'; reason: string; programme: Programme | null; intent: IntentResult | null };

/** An agent sets it to keep Usher off one ticket. */
export const STOP_TAG = 'usher-stop';

/**
 * Order: automatic mail and our own messages, then scope, then intent. Two programmes that both take the ticket: a person
 * decides, and both are named. `caseFacts` let a ticket that a programme has already handled stay with a person when unsure.
 */
export function chooseProgramme(ticket: Ticket, rulebook: Rulebook, caseFacts: CaseFacts): Choice {
  if (isEventDesk(ticket.helpdesk)) return byEvent(ticket, rulebook, caseFacts);
  const isUnderWay = caseFacts.progress.rules.length > 0;
  const screening = screenTicket(ticket, rulebook.directory);
  // An out-of-office answers no question, and takes nobody's wait away.
  if (screening.automatic && !isUnderWay) return { kind: 'ignore', reason: capital(screening.reason) };
  if (ticket.tags.some((tag) => tag.toLowerCase() === STOP_TAG))
    return ignore(`The ticket carries the tag ${STOP_TAG}`);
  const stoppedBy = caseFacts.steering?.stoppedBy;
  if (stoppedBy) return ignore(`${stoppedBy} told Usher to stop on this ticket; a note "usher: resume" lets it go on`);
  const isTold = caseFacts.on === 'list';
  if ((ticket.status === 'closed' && !isTold) || ticket.status === 'deleted') return closed(ticket, caseFacts);
  if (caseFacts.on !== 'message') return goingOn(ticket, rulebook, caseFacts);
  if (isUnderWay) return underWay(ticket, rulebook, caseFacts);
  if (isAnsweredByAgent(ticket)) return ignore('An agent has answered the requester');
  const outside: string[] = [];
  const inside = rulebook.programmes.filter((programme) => {
    if (programme.receives.intent === null) return false;
    const why = outsideScope(ticket, programme.receives.scope);
    if (why) outside.push(`${programme.title}: ${why}`);
    return why === null;
  });
  if (inside.length === 0)
    return ignore(outside.length ? `Outside the scope of ${outside.join('; ')}` : 'No programme is active');
  const choice = byIntent(ticket, inside, caseFacts);
  return choice.kind === 'programme' && isJoinedByOther(ticket) ? { ...choice, ...JOINED } : choice;
}

/**
 * An event was checked when it came in; no words of a person are weighed. The one programme that receives it decides, and of an event
 * that wakes a case, the one that has the case.
 */
function byEvent(ticket: Ticket, rulebook: Rulebook, caseFacts: CaseFacts): Choice {
  const { event } = ticket;
  const programme = receiverOf(event, rulebook, caseFacts);
  if (!programme) return ignore(`No programme takes the event ${event?.name ?? ''}`);
  const name = programme.receives.intent ?? 'event';
  const intent: IntentResult = { name, score: 0, threshold: 0, verdict: 'yes', reasons: ['it came as an event'] };
  if (caseFacts.on === 'event') return { kind: 'programme', programme, intent };
  return { kind: 'hold', reason: 'An event has no ticket on which it could be put right', programme, intent };
}

function receiverOf(
  event: Ticket['event'],
  { programmes }: Rulebook,
  { previousProgramme }: CaseFacts,
): Programme | undefined {
  const { source, name = '' } = event ?? {};
  const declares = ({ sources }: Programme) => sources.find((s) => s.name === source);
  const wakes = programmes.some((p) => declares(p)?.events[name]?.wakes);
  return programmes.find((p) =>
    wakes ? p.name === previousProgramme : declares(p) && p.receives.events.includes(name),
  );
}

/** Closed is final: a correction must go out some other way. */
function closed(ticket: Ticket, { on }: CaseFacts): Choice {
  if (on !== 'correction') return ignore(`The ticket is ${ticket.status}`);
  const reason = 'The ticket is closed for good: correct it by hand in a follow-up ticket';
  return { kind: 'hold', reason, programme: null, intent: null };
}

/** The programme that handled the ticket goes on with it: a person or a list asked for that, not a message. */
function goingOn(ticket: Ticket, rulebook: Rulebook, { previousProgramme }: CaseFacts): Choice {
  const programme = rulebook.programmes.find((p) => p.name === previousProgramme);
  if (!programme) return ignore(`The programme ${previousProgramme ?? 'that handled it'} is not active`);
  return { kind: 'programme', programme, intent: received(ticket, programme) };
}

/**
 * Between two waits the ticket is where the programme's own steps have put it, so its scope is not asked again: only that it is not
 * solved, and that nobody took it. A programme that works beside agents goes on when one of them answers.
 */
function underWay(ticket: Ticket, rulebook: Rulebook, caseFacts: CaseFacts): Choice {
  const choice = goingOn(ticket, rulebook, caseFacts);
  if (choice.kind !== 'programme') return choice;
  const { assigned } = choice.programme.receives.scope;
  if (assigned === false && isAnsweredByAgent(ticket)) return ignore('An agent has answered the requester');
  const mayBeTaken = assigned === false && !caseFacts.progress.isAssigned;
  if (mayBeTaken && ticket.assignee) return ignore('An agent has the ticket');
  if (ticket.status === 'solved') return ignore('The ticket was solved');
  return isJoinedByOther(ticket) ? { ...choice, ...JOINED } : choice;
}

const JOINED = { kind: 'hold', reason: 'Somebody else than the requester wrote last on this ticket' } as const;

/** Whether an agent has answered in public: the conversation is theirs, assigned or not. A ticket an agent filed is not answered by that. */
function isAnsweredByAgent(ticket: Ticket): boolean {
  return ticket.messages.some((m, i) => m.public && i > 0 && m.author === 'agent');
}

/** Whether the newest public message comes from somebody who is neither the requester nor one of us: a copied colleague, or a stranger. */
function isJoinedByOther(ticket: Ticket): boolean {
  return ticket.messages.filter((m) => m.public).at(-1)?.author === 'other';
}

function byIntent(ticket: Ticket, programmes: Programme[], caseFacts: CaseFacts): Choice {
  const results = programmes.map((programme) => ({ programme, intent: received(ticket, programme) }));
  const sure = results.filter(({ intent }) => intent.verdict === 'yes');
  if (sure.length > 1) {
    const titles = sure.map(({ programme }) => `"${programme.title}"`).join(' and ');
    return { kind: 'hold', reason: `Two programmes take this ticket: ${titles}`, programme: null, intent: null };
  }
  if (sure[0]) return { kind: 'programme', ...sure[0] };
  const unsure = results.filter(({ intent }) => intent.verdict === 'unsure');
  if (unsure.length > 0) {
    const what = unsure.map(({ intent }) => `"${intent.name}" scored ${scored(intent)}`).join('; ');
    const one = unsure.length === 1 ? unsure[0]! : { programme: null, intent: null };
    return { kind: 'hold', reason: `Intent unsure: ${what}`, ...one };
  }
  const what = results.map(({ intent }) => `"${intent.name}" scored ${scored(intent)}`).join('; ');
  if (caseFacts.previousOutcome !== null && results.length === 1) {
    return { kind: 'hold', reason: `A reply to a finished case, and no longer recognized: ${what}`, ...results[0]! };
  }
  return ignore(`No programme takes this ticket: ${what}`);
}

/** The programme's intent; one that another intent of the same programme beats is not meant, a tie is unsure. */
function received(ticket: Ticket, programme: Programme): IntentResult {
  const results = recognizeIntents(ticket, programme.intents);
  const own = results.find((r) => r.name === programme.receives.intent);
  if (!own) return { name: programme.receives.intent ?? 'event', score: 0, threshold: 1, verdict: 'no', reasons: [] };
  const rival = results
    .filter((r) => r !== own && r.verdict === 'yes' && r.score >= own.score)
    .sort((a, b) => b.score - a.score)[0];
  if (own.verdict === 'no' || !rival) return own;
  const reasons = [...own.reasons, `"${rival.name}" scored ${rival.score}`];
  return { ...own, verdict: rival.score > own.score ? 'no' : 'unsure', reasons };
}

function scored(intent: IntentResult): string {
  const reasons = intent.reasons.length > 0 ? ` (${intent.reasons.join(', ')})` : '';
  return `${intent.score}, ${intent.threshold} is needed${reasons}`;
}

/** Why the ticket is outside a scope, or null when inside. */
function outsideScope(ticket: Ticket, scope: Scope): string | null {
  const isAssigned = ticket.assignee !== null && ticket.assignee !== '';
  const tags = ticket.tags.map((tag) => tag.toLowerCase());
  const has = (tag: string) => tags.includes(tag.toLowerCase());
  if (scope.assigned !== undefined && scope.assigned !== isAssigned) {
    return isAssigned ? 'an agent has the ticket' : 'no agent has the ticket';
  }
  if (scope.status && !scope.status.includes(ticket.status)) return `its status is ${ticket.status}`;
  if (scope.channel && !scope.channel.some((c) => c.toLowerCase() === ticket.channel.toLowerCase())) {
    return `it came by ${ticket.channel}`;
  }
  if (scope.helpdesk && !scope.helpdesk.includes(ticket.helpdesk)) return `it is in ${ticket.helpdesk}`;
  if (scope.tags && !scope.tags.some(has)) return `it has none of the tags ${scope.tags.join(', ')}`;
  const unwanted = scope.withoutTags?.find(has);
  return unwanted ? `it has the tag ${unwanted}` : null;
}

function ignore(reason: string): Choice {
  return { kind: 'ignore', reason };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
