// A small account's rate limits through the whole flow: cases wait their turn, none is held for it, and Zendesk never has to say 429.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { oneDatabase } from '../storage/databases.js';
import { caseIdOf, isAtRest, received, stageFor, tell, untilRest } from './journey.js';

const SPEED = 60;
const TICKETS = 16;
/** What a virtual wait of a minute and a half comes to. */
const WAIT_SECONDS = 1.5;

oneDatabase((open) => {
  const limits = { requestsPerMinute: 200, updatesPerMinute: 20 };
  const stage = stageFor(open, { limits, speed: SPEED });

  it(`answers ${TICKETS} customers at once within limits that are too small for it`, async () => {
    const companies = Array.from({ length: TICKETS }, () => stage.stranger());
    const tickets = companies.map((company) => stage.world.file(company));
    const process = stage.world.process();
    for (const ticketId of tickets) await tell(process, ticketId);
    // The ledger's clock does not run as fast as the help desk's.
    const beforeVisit = async () => {
      await sql`update usher.writes set not_before = now() where not_before > now() + ${WAIT_SECONDS}::float8 * interval '1 second'`.execute(
        stage.db.kysely<unknown>(),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await Promise.all(tickets.map((ticketId) => untilRest(stage, process, ticketId, { beforeVisit })));
    for (const [i, ticketId] of tickets.entries()) {
      const detail = await stage.world.detail(caseIdOf(ticketId));
      expect(isAtRest(detail)).toBe(true);
      expect(detail.state, detail.reason ?? '').toBe('done');
      expect(detail.timeline.filter((entry) => entry.kind === 'held')).toEqual([]);
      expect(received(stage, ticketId, companies[i]!).replies).toHaveLength(1);
    }
    expect(stage.world.zendesk.tooMany()).toBe(0);
  });
});
