// Databases for whole runs: the embedded one, and one of its own on the server in DATABASE_URL when that is set.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface Scratch {
  name: string;
  /** Makes an empty database and answers its address; absent: embedded. */
  create?: () => Promise<string>;
  drop?: (url: string) => Promise<void>;
}

export function scratchDatabases(): Scratch[] {
  const server = process.env.DATABASE_URL;
  if (!server) return [{ name: 'the embedded database' }];
  const asAdmin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return [
    { name: 'the embedded database' },
    {
      name: 'a PostgreSQL server',
      async create() {
        const url = new URL(server);
        url.pathname = `/usher_e2e_${randomBytes(6).toString('hex')}`;
        await asAdmin(`create database ${url.pathname.slice(1)}`);
        return url.href;
      },
      drop: (url) => asAdmin(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    },
  ];
}
