// The promises of research section 3.4 that a simulator can see, asked of the world log and the ledger after every run.
import { isAnswer } from '../../src/core/steering-answers.js';
import { triage } from '../../src/core/triage.js';
import { BOT } from './desk.js';
import { brokenWithOthers } from './invariants-others.js';
import type { WriteRow } from './ledger/tables.js';
import type { Simulation } from './simulation.js';
import type { WorldEvent } from './world-log.js';

const DAY_MS = 86_400_000;
/** What an agent does makes the ticket theirs. */
const TAKES = ['replies', 'assigns', 'merges', 'closes', 'deletes', 'solves'];
/** Between looking at the ticket and the mail's or post's arrival somebody may take the ticket. */
const LOOKED_MS = 1_000;

/** What was broken, each line beginning with the number of the invariant. */
export function brokenPromises(sim: Simulation): string[] {
  return [
    ...onceEach(sim),
    ...neverFinal(sim),
    ...nothingLost(sim),
    ...ledgerIsWorld(sim),
    ...inOrder(sim),
    ...yieldsToPeople(sim),
    ...everyEffectPlanned(sim),
    ...allowedRecipients(sim),
    ...capsHold(sim),
    ...brokenWithOthers(sim),
  ];
}

function groupBy<T, K>(things: Iterable<T>, keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) groups.set(keyOf(thing), [...(groups.get(keyOf(thing)) ?? []), thing]);
  return groups;
}

/** What writes did; subscribers are told beside them. */
const ours = (sim: Simulation): WorldEvent[] =>
  sim.log.events().filter((e) => e.by === 'usher' && !e.isEcho && e.what !== 'told');
const isMarkedDuplicate = (e: WorldEvent) => e.details.includes('possible duplicate');

/** 1: a customer's message once, whatever is claimed; mail and posts twice at most, and the second says so. */
function onceEach(sim: Simulation): string[] {
  const broken: string[] = [];
  const byMark = groupBy(ours(sim), (e) => e.mark);
  for (const [mark, events] of byMark) {
    const what = events[0]!.what;
    const most = what === 'mail' || what === 'post' ? 2 + settledAgain(sim, mark) : 1;
    if (events.length > most) broken.push(`1: ${what} ${mark} arrived ${events.length} times`);
    if (events.filter((e) => !isMarkedDuplicate(e)).length > 1 + settledAgain(sim, mark))
      broken.push(`1: ${what} ${mark} arrived twice and does not say so`);
  }
  // One answer to each message of the requester; a correction is one more, asked for by a person.
  const corrections = sim.log.events().filter((e) => e.what === 'correct').length;
  for (const ticketId of sim.desk.tickets.keys()) {
    let answers = 0;
    for (const e of sim.log.events().filter((x) => x.ticketId === ticketId && !x.isEcho)) {
      if (e.by === 'requester') answers = 0;
      if (e.by === 'usher' && e.what === 'reply' && !isReminder(sim, e.mark)) answers += 1;
      if (answers > 1 + corrections) broken.push(`1: two replies to one message on ticket ${ticketId}`);
    }
  }
  return broken;
}

/** What a rule says when so much of a wait has passed is no answer to anything. */
function isReminder(sim: Simulation, mark: string): boolean {
  const write = sim.tables.writes.find((w) => w.mark === mark);
  return sim.tables.steps.some((s) => s.writeId === write?.id && s.effect.followUp !== undefined);
}

/** How often a person said that it is to be sent again. */
function settledAgain(sim: Simulation, mark: string): number {
  const write = sim.tables.writes.find((w) => w.mark === mark);
  if (!write) return 0;
  const numbers = sim.tables.steps.filter((s) => s.writeId === write.id).map((s) => s.number);
  return sim.log
    .events()
    .filter((e) => e.what === 'settle' && numbers.some((n) => e.details === `${write.caseId} step ${n}: again`)).length;
}

/** Closing is final on Zendesk, so Usher never does: it solves. */
function neverFinal(sim: Simulation): string[] {
  return ours(sim)
    .filter((e) => e.ticketId !== '' && e.details.startsWith('closed '))
    .map((e) => `4: ticket ${e.ticketId} was closed for good`);
}

/** 2 and 12: every ticket has its case and its end, and a case that needs a person says why. */
function nothingLost(sim: Simulation): string[] {
  const broken: string[] = [];
  for (const [id, { ticket }] of sim.desk.tickets) {
    const row = sim.tables.cases.get(`sandbox-${id}`);
    if (!row && ticket.status !== 'deleted') broken.push(`2: ticket ${id} was never seen`);
    if (!row) continue;
    if (!['done', 'held', 'not-for-usher'].includes(row.state)) broken.push(`2: ticket ${id} ends ${row.state}`);
    if (row.state === 'held' && !row.reason) broken.push(`2: ticket ${id} is held without a reason`);
  }
  return broken;
}

/** 3: what is done arrived, what arrived is known of, and what nobody knows stands before a person. */
function ledgerIsWorld(sim: Simulation): string[] {
  const broken: string[] = [];
  const arrived = new Set(ours(sim).map((e) => e.mark));
  const swallowed = (sim.seen.get('swallowed') ?? 0) > 0;
  for (const w of sim.tables.writes) {
    const isThere = w.mark !== null && arrived.has(w.mark);
    const isPersons = w.reason?.startsWith('settled by') ?? false;
    // A server of mail or chat that says yes and stores nothing is believed: nobody can look there.
    const mayLack = isPersons || (w.target !== 'ticket' && swallowed);
    if (w.state === 'done' && !isThere && !mayLack) broken.push(`3: write ${w.id} (${w.target}) is done and nowhere`);
    if (w.state === 'unsure' && !isVisible(sim, w)) broken.push(`3: write ${w.id} is unsure and nobody is told`);
  }
  for (const mark of arrived) {
    // A card that may have been posted, and that nobody could find, is given up; it is known of all the same.
    if (sim.tables.cards.some((c) => c.mark === mark)) continue;
    const states = sim.tables.writes.filter((w) => w.mark === mark).map((w) => w.state);
    if (states.length === 0) broken.push(`3: ${mark} arrived and the ledger knows nothing of it`);
    else if (!states.some((state) => ['done', 'unsure'].includes(state)) && !isPersonsWord(sim, mark))
      broken.push(`3: ${mark} arrived and the ledger says ${states.join(', ')}`);
  }
  return broken;
}

function isPersonsWord(sim: Simulation, mark: string): boolean {
  return sim.tables.writes.some((w) => w.mark === mark && w.reason?.startsWith('settled by'));
}

function isVisible(sim: Simulation, w: WriteRow): boolean {
  const row = sim.tables.cases.get(w.caseId)!;
  // An older episode's step stays on the case's page and in the day's digest.
  return row.state === 'held' || w.episode < row.episode || w.isNotice;
}

/** 4: in the order of the plan; the first arrival counts. */
function inOrder(sim: Simulation): string[] {
  const broken: string[] = [];
  const firstAt = new Map<string, number>();
  for (const [n, e] of sim.log.events().entries()) if (e.mark && !firstAt.has(e.mark)) firstAt.set(e.mark, n);
  const plans = groupBy(
    // What agents are told of a held case stands beside the plan; what a person sends again comes when they say so.
    sim.tables.writes.filter(
      (w) => !w.isNotice && w.mark !== null && firstAt.has(w.mark) && settledAgain(sim, w.mark) === 0,
    ),
    (w) => w.decisionId,
  );
  for (const writes of plans.values()) {
    const order = writes.sort((a, b) => a.seq - b.seq).map((w) => firstAt.get(w.mark!)!);
    if (order.some((at, n) => n > 0 && at < order[n - 1]!))
      broken.push(`4: decision ${writes[0]!.decisionId} out of order`);
  }
  return broken;
}

/** 4: nothing on a ticket that a person took, unless a person tells Usher to. */
function yieldsToPeople(sim: Simulation): string[] {
  const broken: string[] = [];
  const cleared = new Set(['resume', 'correct', 'settle']);
  for (const ticketId of sim.desk.tickets.keys()) {
    const caseId = `sandbox-${ticketId}`;
    // A correction is a person's word, which the ticket's new owner does not take back.
    const corrected = new Set(sim.tables.decisions.filter((d) => d.commit.on === 'correction').map((d) => d.id));
    // Whoever asks Usher something is answered, whoever has the ticket.
    const isAnswerOf = (id: number) => sim.tables.steps.some((s) => s.writeId === id && isAnswer(s.effect));
    const own = sim.tables.writesOf(caseId).filter((w) => !corrected.has(w.decisionId) && !isAnswerOf(w.id));
    const marks = new Set(own.map((w) => w.mark));
    let takenMs: number | null = null;
    const before = new Set<string>();
    for (const e of sim.log.events()) {
      if (e.by === 'world' && cleared.has(e.what) && e.details.startsWith(caseId)) takenMs = null;
      if (e.ticketId === ticketId && e.by === 'agent' && TAKES.includes(e.what)) takenMs ??= e.at;
      if (e.by !== 'usher' || !marks.has(e.mark) || e.isEcho) continue;
      const isBegun = takenMs !== null && (before.has(e.mark) || isBegunBefore(sim, e.mark, takenMs));
      const isTolerable = e.ticketId === '' && isBegun;
      if (takenMs !== null && !isTolerable) broken.push(`4: ${e.what} on ticket ${ticketId} after an agent took it`);
      before.add(e.mark);
    }
  }
  return broken;
}

/** A mail or post whose claim is older than the takeover (and a moment more) had been decided with open eyes. */
function isBegunBefore(sim: Simulation, mark: string, takenMs: number): boolean {
  return sim.tables.writes.some((w) => w.mark === mark && w.claimedAt !== null && w.claimedAt <= takenMs + LOOKED_MS);
}

/** 5 and 6: what arrived stands in a plan that names rulebook, lists and evidence, and deciding again says the same. */
function everyEffectPlanned(sim: Simulation): string[] {
  const broken: string[] = [];
  for (const { caseId, commit } of sim.tables.decisions) {
    const { versions, decision, match } = commit.triage;
    if (decision.kind !== 'act') continue;
    if (!versions.rulebook || Object.keys(versions.lists).length === 0)
      broken.push(`5: a decision on ${caseId} names no versions`);
    if (match.verdict === 'listed' && (match.evidence.length === 0 || match.listings.length === 0))
      broken.push(`6: ${caseId} was let in without evidence`);
  }
  // The newest of all, from what is stored of it: byte for byte.
  const newest = sim.tables.decisions.at(-1)?.commit;
  if (!newest) return broken;
  const { rulebook, lists, indexes } = sim.knowledge;
  const { ticket, caseFacts } = newest;
  const again = triage({ ticket, caseFacts, rulebook, lists, indexes, now: newest.triage.facts.now });
  if (JSON.stringify(again) !== JSON.stringify(newest.triage)) broken.push('6: decided again, it says something else');
  return broken;
}

/** 10: mail, direct messages and posts go to the directory's people and channels, tickets to its agents. */
function allowedRecipients(sim: Simulation): string[] {
  const { people, channels } = sim.knowledge.rulebook.directory;
  const addresses = Object.values(people).map((p) => p.email);
  // Or in a direct message to one of them.
  const rooms = [...Object.values(channels).map((c) => c.id), ...Object.values(people).map((p) => `D${p.slack}`)];
  const agents = Object.values(people).map((p) => p.helpdesk?.sandbox);
  const broken: string[] = [];
  for (const e of ours(sim)) {
    const to = e.details.split(' ')[0]!;
    if (e.what === 'mail' && !addresses.includes(to)) broken.push(`10: mail to ${to}`);
    if (e.what === 'post' && !rooms.includes(to)) broken.push(`10: post to ${to}`);
  }
  for (const [id, { audits, ticket }] of sim.desk.tickets) {
    const last = audits.findLast((a) => a.fields.includes('assignee_id'));
    const isOurs = last?.by === 'usher' && ticket.assignee !== BOT;
    if (isOurs && !agents.includes(ticket.assignee ?? '')) broken.push(`10: ticket ${id} given to ${ticket.assignee}`);
  }
  return broken;
}

/** 11: caps that no rule can lift. */
function capsHold(sim: Simulation): string[] {
  const { caps } = sim.plan;
  const replies = ours(sim).filter((e) => e.what === 'reply');
  const emailOf = (e: WorldEvent) => sim.desk.tickets.get(e.ticketId)!.ticket.requester.email;
  const broken: string[] = [];
  for (const [email, events] of groupBy(replies, emailOf)) {
    const most = Math.max(0, ...events.map((e) => events.filter((x) => x.at > e.at - DAY_MS && x.at <= e.at).length));
    if (most > caps.repliesPerRequesterDay) broken.push(`11: ${email} got ${most} messages within a day`);
  }
  return broken;
}
