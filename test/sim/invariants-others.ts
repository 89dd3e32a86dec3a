// The promises about people who approve, about events from other systems, and about those who are told of cases.
import { isEventDesk } from '../../src/core/event.js';
import type { ApprovalRow, WriteRow } from './ledger/tables.js';
import type { Simulation } from './simulation.js';
import type { WorldEvent } from './world-log.js';

/** What was broken, each line beginning with the number of the invariant. */
export function brokenWithOthers(sim: Simulation): string[] {
  return [...approvalsStand(sim), ...oneAnswerEach(sim), ...eventsEnd(sim), ...subscribersAreTold(sim)];
}

/** The rule that does what is approved. */
const APPROVED = 'granted';

/** 13: what waits for an approval is done only after somebody gave it, to just what was shown. */
function approvalsStand(sim: Simulation): string[] {
  const { tables, log, approvers } = sim;
  const broken: string[] = [];
  for (const w of tables.writes) {
    const decision = tables.decisions.find((d) => d.id === w.decisionId)!;
    if (w.isNotice || decision.commit.triage.decision.rule !== APPROVED) continue;
    if (!log.events().some((e) => e.mark === w.mark && e.by === 'usher')) continue;
    const claimedAt = w.claimedAt ?? Number.POSITIVE_INFINITY;
    const given = [...tables.approvals.values()].filter(
      (a) => a.caseId === w.caseId && a.episode === w.episode && standsAt(a, claimedAt) === 'approved',
    );
    const clicked = given.filter((a) =>
      approvers.clicks.some((c) => c.id === a.id && c.word === 'approved' && c.at <= claimedAt),
    );
    if (clicked.length === 0) broken.push(`13: write ${w.id} of ${w.caseId} arrived and nobody approved it`);
    else if (!clicked.some((a) => isShown(sim, w, a.contents.consequence.effects)))
      broken.push(`13: write ${w.id} of ${w.caseId} is not what was shown to who approved it`);
  }
  return broken;
}

function standsAt({ history }: ApprovalRow, at: number): ApprovalRow['state'] | undefined {
  return history.findLast((h) => h.at <= at)?.state;
}

function isShown(sim: Simulation, w: WriteRow, effects: unknown[]): boolean {
  const shown = effects.map((effect) => JSON.stringify(effect));
  // What a hold left on the ticket is taken away with the next write, whoever approved what.
  return sim.tables.steps
    .filter((s) => s.writeId === w.id && s.effect.type !== 'tag')
    .every((s) => shown.includes(JSON.stringify(s.effect)));
}

/** 13: one answer to an approval, however many click; taken back, it may be answered anew. */
function oneAnswerEach({ tables }: Simulation): string[] {
  return [...tables.approvals.keys()].flatMap((id) => {
    const answers = tables.triggers.filter((t) => t.key.startsWith(`approval:${id}:`)).length;
    const takenBack = tables.decisions.filter((d) => d.commit.withdrawn.includes(id)).length;
    return answers > 1 + takenBack ? [`13: the approval ${id} was answered ${answers} times`] : [];
  });
}

/** 14: each event that was taken has its case, and the case its end. */
function eventsEnd({ tables }: Simulation): string[] {
  const lost = [...tables.events.values()].filter((e) => !tables.cases.has(e.caseId));
  const open = [...tables.cases.values()].filter(
    (c) => isEventDesk(c.helpdesk) && !['done', 'held', 'not-for-usher'].includes(c.state),
  );
  return [
    ...lost.map((e) => `14: the event ${e.name} has no case`),
    ...open.map((c) => `14: the case ${c.id} ends ${c.state}`),
  ];
}

/** 15: what becomes of a case is told to all who asked, under one id however often, and to nobody else. */
function subscribersAreTold(sim: Simulation): string[] {
  const { tables, log, seen } = sim;
  const broken: string[] = [];
  const subscribers = Object.entries(sim.knowledge.rulebook.directory.subscribers);
  const told = log.events().filter((e) => e.what === 'told');
  const isBelieved = (seen.get('swallowed') ?? 0) > 0;
  for (const event of tables.caseEvents)
    for (const [name] of subscribers.filter(([, s]) => s.events.includes(event.type))) {
      const rows = tables.outgoing.filter((d) => d.eventId === event.id && d.subscriber === name);
      const heard = told.filter((e) => isTelling(e, name, event));
      const [row] = rows;
      if (row && heard.length > 1) sim.outside.seen('told again');
      const mayWait = row?.state === 'waiting' ? tables.deafSubscribers.has(name) || sim.tables.isPaused(null) : true;
      if (!event.isSpread && tables.isPaused(null)) continue;
      if (rows.length !== 1) broken.push(`15: ${name} is to be told of case event ${event.id} ${rows.length} times`);
      else if (!mayWait) broken.push(`15: ${name} was not told of case event ${event.id}`);
      else if (row!.state === 'failed' && !seen.has('subscriber gone'))
        broken.push(`15: telling ${name} of case event ${event.id} was given up`);
      else if (row!.state === 'delivered' && heard.length === 0 && !isBelieved)
        broken.push(`15: case event ${event.id} is delivered to ${name}, who heard nothing`);
      if (new Set(heard.map((e) => e.mark)).size > 1) broken.push(`15: case event ${event.id} was told under two ids`);
    }
  const ids = new Map<string, string>();
  for (const { mark, details } of told) {
    const body = details.slice(details.indexOf(' '));
    if ((ids.get(mark) ?? body) !== body) broken.push(`15: ${mark} names two events`);
    ids.set(mark, body);
  }
  return [...broken, ...endsAreTold(sim)];
}

function isTelling(e: WorldEvent, subscriber: string, { type, at, data }: Simulation['tables']['caseEvents'][number]) {
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
  return e.details === `${subscriber} ${body}`;
}

/** A case that is done has said so in its last episode. */
function endsAreTold({ tables, knowledge }: Simulation): string[] {
  if (Object.keys(knowledge.rulebook.directory.subscribers).length === 0) return [];
  return [...tables.cases.values()]
    .filter((c) => c.state === 'done' && tables.newestDecision(c.id)?.commit.triage.decision.kind === 'act')
    .filter(
      (c) =>
        !tables.caseEvents.some((e) => e.caseId === c.id && e.type === 'case.done' && e.data.episode === c.episode),
    )
    .map((c) => `15: nobody is told that ${c.id} is done`);
}
