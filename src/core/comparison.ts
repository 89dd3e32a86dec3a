// Compares what Usher would have done with what agents did on the same ticket, and says the difference in one sentence.
import type { Decision, RenderedEffect } from './decision.js';
import type { Directory, Rulebook } from './rulebook.js';
import type { Ticket } from './ticket.js';

export type ComparisonVerdict = 'same' | 'different' | 'open';

type FieldValues = Record<string, string | number | boolean>;

/** The ticket as agents left it, and what is known of how. */
export interface AgentWork {
  /** null: the ticket is gone. */
  ticket: Pick<Ticket, 'status' | 'assignee' | 'fields' | 'tags'> | null;
  /** Who has the ticket, where the help desk says it. */
  assignee: { name: string; email: string } | null;
  /** An agent answered in public since the decision. */
  hasReplied: boolean;
  /** So long after the decision that nothing more is waited for. */
  isLate: boolean;
}

export interface Comparison {
  verdict: ComparisonVerdict;
  /** Nothing more is to be looked at unless the case is decided again. */
  isFinal: boolean;
  /** `replied and assigned it to John Kilfoil`; '' when they did nothing that shows. */
  agentsDid: string;
  /** Whole sentences; empty unless the verdict is `different`. */
  differences: string[];
}

/** What one rule leaves on a ticket for everybody to see. */
export interface RuleTrace {
  rule: string;
  /** Agent id or e-mail on this help desk. */
  assignee: string | null;
  fields: FieldValues;
}

export interface Compared {
  decision: Pick<Decision, 'kind'>;
  effects: RenderedEffect[];
  /** The ticket that the decision saw. */
  before: Pick<Ticket, 'status' | 'assignee' | 'fields'>;
  work: AgentWork;
  traces: RuleTrace[];
}

/** The field that `close` writes its resolution into. */
const RESOLUTION = 'Resolution';

/** What every rule for messages would leave on a ticket of this help desk. */
export function ruleTraces({ programmes, directory }: Rulebook, helpdesk: string): RuleTrace[] {
  return programmes
    .flatMap((p) => p.rules)
    .filter((rule) => rule.on === 'message')
    .map((rule) => ({ rule: rule.id, ...traceOf(rule.then, directory, helpdesk) }))
    .filter((t) => t.assignee !== null || Object.keys(t.fields).length > 0);
}

function traceOf(
  effects: Rulebook['programmes'][number]['rules'][number]['then'],
  directory: Directory,
  helpdesk: string,
): Omit<RuleTrace, 'rule'> {
  let assignee: string | null = null;
  const fields: FieldValues = {};
  for (const effect of effects) {
    if (effect.type === 'assign') assignee = directory.people[effect.to]?.helpdesk[helpdesk] ?? null;
    if (effect.type === 'set' || effect.type === 'close') Object.assign(fields, fieldsOf(effect));
  }
  return { assignee, fields };
}

function fieldsOf(effect: { fields: FieldValues; resolution?: string | null }): FieldValues {
  return effect.resolution ? { [RESOLUTION]: effect.resolution, ...effect.fields } : effect.fields;
}

/** Judges one ticket. Mails, posts and notes of the rule leave nothing on the ticket and are not judged. */
export function compareWork(compared: Compared): Comparison {
  const { decision, work } = compared;
  if (work.ticket === null)
    return { verdict: 'open', isFinal: true, agentsDid: 'deleted or merged the ticket', differences: [] };
  const agentsDid = joined(acts(compared));
  const isOver = isClosed(work.ticket.status) || work.isLate;
  if (!isOver) return { verdict: 'open', isFinal: false, agentsDid, differences: [] };
  const base = { isFinal: true, agentsDid };
  if (agentsDid === '' && decision.kind !== 'ignore') return { ...base, verdict: 'open', differences: [] };
  const would =
    decision.kind === 'act' ? missed(compared) : decision.kind === 'ignore' ? ignoredWrongly(compared) : null;
  if (would === 'cannot-tell') return { ...base, verdict: 'open', differences: [] };
  if (would === null) return { ...base, verdict: 'same', differences: [] };
  return {
    ...base,
    verdict: 'different',
    differences: [`Usher would have ${would}; the agents ${agentsDid || 'did nothing'}`],
  };
}

interface Wish {
  /** `closed it as Declined`: after "Usher would have". */
  says: string;
  isDone: boolean;
}

/** What of the rule's steps the agents did not do, or all of it when they did what another rule says. */
function missed({ effects, before, work, traces }: Compared): string | 'cannot-tell' | null {
  const wishes = effects.flatMap((effect) => wishesOf(effect, work));
  if (wishes.length === 0) return 'cannot-tell';
  const left = wishes.filter((w) => !w.isDone);
  if (left.length > 0) return joined(left.map((w) => w.says));
  const resolution = work.ticket?.fields[RESOLUTION];
  const isPlanned = effects.some((e) => (e.type === 'close' || e.type === 'set') && RESOLUTION in fieldsOf(e));
  const isOther =
    !isPlanned &&
    !isSame(resolution, before.fields[RESOLUTION]) &&
    traces.some((t) => RESOLUTION in t.fields && isSame(t.fields[RESOLUTION], resolution));
  return isOther ? joined(wishes.map((w) => w.says)) : null;
}

function wishesOf(effect: RenderedEffect, work: AgentWork): Wish[] {
  const ticket = work.ticket!;
  const hasField = ([title, value]: [string, string | number | boolean]) => isSame(ticket.fields[title], value);
  const fieldWish = (field: [string, string | number | boolean]): Wish => ({
    says: `set ${field[0]} to "${field[1]}"`,
    isDone: hasField(field),
  });
  switch (effect.type) {
    case 'reply':
      return [{ says: `replied with "${effect.template}"`, isDone: work.hasReplied }];
    case 'assign':
      return [{ says: `assigned it to ${effect.name}`, isDone: isAssigned(work, effect.agent) }];
    case 'close': {
      const isDone =
        isClosed(ticket.status) && (effect.resolution === null || hasField([RESOLUTION, effect.resolution]));
      const says = effect.resolution === null ? 'closed it' : `closed it as ${effect.resolution}`;
      return [{ says, isDone }, ...Object.entries(effect.fields).map(fieldWish)];
    }
    case 'set':
      return Object.entries(effect.fields).map(fieldWish);
    case 'tag':
      return effect.add.map((tag) => ({ says: `added the tag ${tag}`, isDone: ticket.tags.includes(tag) }));
    default:
      return [];
  }
}

/** Agents gave access or declined where Usher saw nothing to do: they left what an act rule leaves. */
function ignoredWrongly({ before, work, traces }: Compared): string | null {
  const ticket = work.ticket!;
  const fits = ({ assignee, fields }: RuleTrace) => {
    const isNew =
      (assignee !== null && before.assignee !== ticket.assignee) ||
      Object.keys(fields).some((title) => !isSame(before.fields[title], ticket.fields[title]));
    const hasFields = Object.entries(fields).every(([title, value]) => isSame(ticket.fields[title], value));
    return isNew && hasFields && (assignee === null || isAssigned(work, assignee));
  };
  return traces.some(fits) ? 'left it alone' : null;
}

/** What agents did since the decision, as far as it shows on the ticket. */
function acts({ effects, before, work, traces }: Compared): string[] {
  const ticket = work.ticket!;
  const found: string[] = [];
  if (work.hasReplied) found.push('replied');
  if (ticket.assignee !== null && ticket.assignee !== before.assignee)
    found.push(`assigned it to ${work.assignee?.name || work.assignee?.email || `agent ${ticket.assignee}`}`);
  const isNewlyClosed = isClosed(ticket.status) && !isClosed(before.status);
  const resolution = ticket.fields[RESOLUTION];
  const hasResolution = isText(resolution) && !isSame(resolution, before.fields[RESOLUTION]);
  if (isNewlyClosed) found.push(hasResolution ? `closed it as ${resolution}` : 'closed it');
  const watched = new Set([
    ...traces.flatMap((t) => Object.keys(t.fields)),
    ...effects.flatMap((e) => (e.type === 'close' || e.type === 'set' ? Object.keys(fieldsOf(e)) : [])),
  ]);
  for (const title of watched) {
    const value = ticket.fields[title];
    if (title === RESOLUTION && isNewlyClosed) continue;
    if (isText(value) && !isSame(value, before.fields[title])) found.push(`set ${title} to "${value}"`);
  }
  return found;
}

function isAssigned({ ticket, assignee }: AgentWork, agent: string): boolean {
  return ticket?.assignee === agent || (assignee !== null && assignee.email.toLowerCase() === agent.toLowerCase());
}

function isClosed(status: Ticket['status']): boolean {
  return status === 'solved' || status === 'closed';
}

type Field = Ticket['fields'][string] | undefined;

function isText(value: Field): value is string | number | boolean {
  return value !== undefined && value !== null && value !== '' && !Array.isArray(value);
}

function isSame(a: Field, b: Field): boolean {
  const plain = (value: Field) =>
    Array.isArray(value) ? value.join('\n').toLowerCase() : String(value ?? '').toLowerCase();
  return plain(a).trim() === plain(b).trim();
}

/** `a, b and c`. */
function joined(parts: string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
