// The rule files that all processes decide by: kept by hash, with one pointer to those in use.

import { sql } from 'kysely';
import { toJsonb } from './jsonb.js';
import type { Db } from './rows.js';

/** Files by their place, `rules/directory.yaml`, and the active programmes in their order. */
export interface SharedTexts {
  programmes: string[];
  files: Record<string, string>;
}

export interface SharedRules {
  /** Hash of the active files, and what the processes last agreed to know (rules and lists); one statement. */
  now(): Promise<{ rules: string | null; state: string | null }>;
  texts(hash: string): Promise<SharedTexts | null>;
  /** Publishes the files and makes them the active ones; false, and nothing changed, unless `owner` has the duty. */
  activate(hash: string, texts: SharedTexts, by: { duty: string; owner: string }): Promise<boolean>;
}

export function sharedRules(db: Db): SharedRules {
  return {
    async now() {
      const found = await sql<{ rules: string | null; state: string | null }>`select
          (select value #>> '{}' from usher.meta where key = 'rules-active') as rules,
          (select value #>> '{}' from usher.meta where key = 'knowledge-state') as state`.execute(db);
      return found.rows[0]!;
    },

    async texts(hash) {
      const found = await sql<{
        content: SharedTexts;
      }>`select content from usher.published where kind = 'rule-texts' and hash = ${hash}`.execute(db);
      return found.rows[0]?.content ?? null;
    },

    async activate(hash, texts, { duty, owner }) {
      return db.transaction().execute(async (tx) => {
        const held = await sql`select 1 from usher.duties
          where name = ${duty} and owner = ${owner} and until > now() for update`.execute(tx);
        if (held.rows.length === 0) return false;
        await sql`insert into usher.published (kind, hash, content) values ('rule-texts', ${hash}, ${toJsonb(texts)}::jsonb)
          on conflict (kind, hash) do nothing`.execute(tx);
        await sql`insert into usher.meta (key, value) values ('rules-active', ${toJsonb(hash)}::jsonb)
          on conflict (key) do update set value = excluded.value, at = now()`.execute(tx);
        return true;
      });
    },
  };
}
