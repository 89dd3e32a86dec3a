// Lets the database remember our statements: each connection has them parsed once, and planned a few times.
import { createHash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';

/** Ours name their schema; the queue's own statements are left as they are. */
const OURS = /\busher\./;
/** A bound on how many a connection keeps. */
const NAMES_MOST = 200;

/**
 * Gives statements of ours a name on every connection of the pool, so that they are prepared. The same text has the same name everywhere.
 * They are planned for any values: how many rows are wanted stands in the text (`sql.lit`), or the plan is made for a tenth of the table.
 */
export function prepareStatements(pool: Pool): void {
  const hashes = new Map<string, string>();
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      const [text, values] = given;
      if (
        typeof text !== 'string' ||
        given.length !== 2 ||
        !Array.isArray(values) ||
        values.length === 0 ||
        !OURS.test(text)
      )
        return query(...given);
      let hash = hashes.get(text);
      if (hash === undefined) {
        if (hashes.size >= NAMES_MOST) return query(...given);
        hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
        hashes.set(text, hash);
      }
      return query({ name: hash, text, values });
    }) as ClientBase['query'];
  });
}
