// Intake: a sighting by polling or webhook becomes a case or a trigger, committed before anybody is answered.
import type { Sighting } from '../ports.js';
import type { FlowDeps } from './deps.js';

/** What taking a webhook needs. */
export type SightingDeps = Pick<FlowDeps, 'ledger' | 'checkpoint' | 'enqueue'> & { reader: { name: string } };

/** Pages read in one poll; the rest comes with the next one. */
const PAGES_MOST = 50;

/**
 * Asks the help desk for changes since the stored cursor and opens their cases. Answers how many tickets were seen. The cursor
 * moves only after a page's cases are committed. `keep` is asked before each page: false ends the poll, another process has it.
 * Throws ProblemError when the help desk cannot be read.
 */
export async function pollOnce(
  deps: FlowDeps,
  since: Date,
  keep: () => Promise<boolean> = async () => true,
): Promise<number> {
  const { name } = deps.reader;
  let { cursor } = await deps.ledger.cursor(name);
  let seen = 0;
  for (let page = 0; page < PAGES_MOST; page++) {
    if (!(await keep())) return seen;
    const answer = await deps.reader.changedSince(cursor, since);
    const wanted = inScope(deps, answer.sightings);
    await openUnseen(deps, wanted);
    seen += wanted.length;
    cursor = answer.cursor;
    await deps.ledger.saveCursor(name, cursor, since.toISOString());
    if (!answer.more) {
      await deps.ledger.notePolled(name);
      break;
    }
    if (deps.stopping?.aborted) break;
  }
  return seen;
}

/** Tickets created before Usher was to act are left alone. */
export function inScope({ actSince }: Pick<FlowDeps, 'actSince'>, sightings: Sighting[]): Sighting[] {
  return actSince ? sightings.filter((s) => new Date(s.createdAt) >= actSince) : sightings;
}

/** Opens cases for what was not seen in this version yet; polling looks back, so most of a page is known. */
export async function openUnseen(deps: FlowDeps, sightings: Sighting[]): Promise<void> {
  if (sightings.length === 0) return;
  const helpdesk = deps.reader.name;
  const versions = sightings.map((s) => ({ ticketId: s.ticketId, version: s.updatedAt }));
  const known = await deps.ledger.knownOf(helpdesk, versions);
  for (const { ticketId, updatedAt } of sightings) {
    if (known.get(ticketId)?.isSeen) continue;
    const ticket = { helpdesk, ticketId, version: updatedAt };
    const caseId = await deps.ledger.openCase(ticket, { key: `seen:${updatedAt}`, kind: 'changed' });
    await deps.checkpoint('sighted', caseId);
    deps.enqueue(caseId);
  }
}

/**
 * A webhook is a hint: only the ticket's id is believed. Committed before the answer. The same delivery again, or the same
 * signed content (`proof`) under another name, changes nothing and is told of.
 */
export async function sightByWebhook(
  deps: SightingDeps,
  ticketId: string,
  deliveryId: string,
  { proof = deliveryId, onRepeat }: { proof?: string; onRepeat?: (caseId: string) => void } = {},
): Promise<string> {
  const ticket = { helpdesk: deps.reader.name, ticketId };
  const { caseId, isRepeat } = await deps.ledger.sightWebhook(ticket, { id: deliveryId, proof });
  await deps.checkpoint('sighted', caseId);
  if (isRepeat) onRepeat?.(caseId);
  // A repeat may be the only one that arrived at the queue.
  await deps.enqueue(caseId);
  return caseId;
}
