// A PostgreSQL server behind node-postgres' pool: checked once at the start, with Problems that name what to mend.
import pg from 'pg';
import { ProblemError, problem } from '../problem.js';
import { keepErrorsInside, type OpenedPool, type PoolHooks } from './opened-pool.js';
import { prepareStatements } from './prepared.js';

/** The oldest PostgreSQL that we test on, as `server_version_num`. */
const OLDEST_VERSION_NUM = 150_000;

/**
 * Set on every new connection by SQL, not by start-up options, which poolers refuse. Left to itself the server plans our longest statements
 * anew each time, which costs as much as carrying them out.
 */
const SESSION = `select set_config('search_path', 'bullmq, public', false), set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('idle_in_transaction_session_timeout', '30s', false)`;

/** Connects and checks the version. Throws ProblemError; its text names host and database, never the password. */
export async function openServerPool(databaseUrl: string, hooks: PoolHooks): Promise<OpenedPool> {
  const where = placeOf(databaseUrl);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'usher',
    max: 16,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    onConnect: async (client: pg.ClientBase) => {
      await client.query(SESSION);
    },
  });
  keepErrorsInside(pool, hooks.onError);
  prepareStatements(pool);
  try {
    const { rows } = await pool.query(
      `select current_setting('server_version_num')::int as num, current_setting('server_version') as name`,
    );
    if (rows[0].num < OLDEST_VERSION_NUM) throw tooOld(where, rows[0].name);
  } catch (error) {
    await pool.end();
    throw error instanceof ProblemError ? error : cannotConnect(where, error);
  }
  return { pool, maintain: async () => {}, close: () => pool.end() };
}

/** `host:port/database` of a URL, without user and password. */
function placeOf(databaseUrl: string): string {
  let url: URL;
  try {
    url = new URL(databaseUrl);
  } catch {
    url = new URL('invalid://');
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new ProblemError(
      problem(
        'database-url',
        'DATABASE_URL is not an address of a PostgreSQL server',
        'Write it as postgres://user:password@host:5432/database, with special characters percent-encoded',
      ),
    );
  }
  return `${url.host || url.searchParams.get('host') || 'localhost'}${url.pathname}`;
}

function tooOld(where: string, version: string): ProblemError {
  return new ProblemError(
    problem('database-too-old', `${where} runs PostgreSQL ${version}`, 'Usher needs PostgreSQL 15 or later'),
  );
}

/** SQLSTATE or system error code -> what the operator mends. What is not listed is the network's. */
const REFUSALS: Record<string, { code: string; message: string; fix: string }> = {
  '28P01': refusal('database-login', 'the user or password was refused', 'Check user and password in DATABASE_URL'),
  '28000': refusal('database-login', 'the server does not let this user in', 'Check DATABASE_URL and pg_hba.conf'),
  '3D000': refusal('database-missing', 'there is no such database', 'Create it (createdb), or correct DATABASE_URL'),
  '42501': refusal('database-rights', 'the user may not connect', 'Grant CONNECT and CREATE on the database to it'),
};

function refusal(code: string, message: string, fix: string): { code: string; message: string; fix: string } {
  return { code, message, fix };
}

function cannotConnect(where: string, error: unknown): ProblemError {
  const code = String((error as { code?: unknown }).code ?? '');
  const known = REFUSALS[code];
  if (known) return new ProblemError(problem(known.code, `${where}: ${known.message}`, known.fix), { cause: error });
  const why = code || (error instanceof Error ? error.message : String(error));
  return new ProblemError(
    problem(
      'database-unreachable',
      `${where} does not answer (${why})`,
      'Check that the server runs and that DATABASE_URL names it, then start again',
      { family: 'network' },
    ),
    { cause: error },
  );
}
