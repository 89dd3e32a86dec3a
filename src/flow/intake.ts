// Intake: a sighting by polling or webhook becomes a case or a trigger, committed before anybody is answered.
import type { FlowDeps } from './deps.js';

/** Pages read in one poll; the rest comes with the next one. */
const PAGES_MOST = 50;

/**
 * Asks the help desk for changes since the stored cursor and opens their cases. Answers how many tickets were seen.
 * The cursor moves only after a page's cases are committed. Throws ProblemError when the help desk cannot be read.
 */
export async function pollOnce(deps: FlowDeps, since: Date): Promise<number> {
  let { cursor } = await deps.ledger.cursor(deps.reader.name);
  let seen = 0;
  for (let page = 0; page < PAGES_MOST; page++) {
    const answer = await deps.reader.changedSince(cursor, since);
    for (const sighting of answer.sightings) {
      if (deps.actSince && new Date(sighting.createdAt) < deps.actSince) continue;
      const ticket = { helpdesk: deps.reader.name, ticketId: sighting.ticketId, version: sighting.updatedAt };
      const caseId = await deps.ledger.openCase(ticket, { key: `seen:${sighting.updatedAt}`, kind: 'changed' });
      await deps.checkpoint('sighted', caseId);
      deps.enqueue(caseId);
      seen += 1;
    }
    cursor = answer.cursor;
    await deps.ledger.saveCursor(deps.reader.name, cursor, since.toISOString());
    if (!answer.more || deps.stopping?.aborted) break;
  }
  return seen;
}

/** A webhook is a hint: only the ticket's id is believed. Committed before the answer; the same delivery again changes nothing. */
export async function sightByWebhook(deps: FlowDeps, ticketId: string, deliveryId: string): Promise<string> {
  const ticket = { helpdesk: deps.reader.name, ticketId, version: null };
  const caseId = await deps.ledger.openCase(ticket, { key: `hook:${deliveryId}`, kind: 'changed' });
  await deps.checkpoint('sighted', caseId);
  deps.enqueue(caseId);
  return caseId;
}
