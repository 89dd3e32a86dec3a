// Databases for whole runs, each of its own, on the server in DATABASE_URL when that is set.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface ScratchServer {
  /** Makes an empty database and answers its address. */
  create(): Promise<string>;
  drop(url: string): Promise<void>;
}

export function scratchServer(): ScratchServer | null {
  const server = process.env.DATABASE_URL;
  if (!server) return null;
  const asAdmin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return {
    async create() {
      const url = new URL(server);
      url.pathname = `/usher_e2e_${randomBytes(6).toString('hex')}`;
      await asAdmin(`create database ${url.pathname.slice(1)}`);
      return url.href;
    },
    drop: (url) => asAdmin(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
  };
}
