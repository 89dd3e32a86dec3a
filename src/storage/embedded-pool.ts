// The embedded database behind node-postgres' own pool: its sockets end in a thread that runs PGlite.
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { ProblemError, problem } from '../problem.js';
import { ensureEmbeddedFiles } from './embedded-files.js';
import type { FromEngine, ToEngine } from './embedded-messages.js';
import { EmbeddedSocket } from './embedded-socket.js';
import { engineFile } from './engine-file.js';
import { keepErrorsInside, type OpenedPool, type PoolHooks } from './opened-pool.js';
import { prepareStatements } from './prepared.js';

/** How long a transaction may sit idle while others wait. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * Opens the files under `dataDir` (created where there are none). One process at a time: the caller holds the
 * directory's lock. Throws ProblemError `database-not-created`, `database-damaged` or `database-version`.
 */
export async function openEmbeddedPool(
  dataDir: string,
  hooks: PoolHooks & { idleInTransactionMs?: number },
): Promise<OpenedPool> {
  const directory = await ensureEmbeddedFiles(dataDir, hooks.onProgress);
  const engine = new EngineThread(directory, hooks.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS);
  await engine.ready;
  const pool = new pg.Pool({
    user: 'usher',
    database: 'postgres',
    host: 'embedded',
    max: 16,
    // An idle one costs nothing.
    idleTimeoutMillis: 0,
    keepAlive: true,
    stream: () => engine.socket(),
  });
  keepErrorsInside(pool, hooks.onError);
  prepareStatements(pool);
  engine.onBroken = (error) => hooks.onError?.(error);
  return {
    pool,
    maintain: async () => {
      await pool.query('vacuum (analyze)');
      await pool.query('checkpoint');
    },
    close: async () => {
      await pool.end();
      await engine.stop();
    },
  };
}

class EngineThread {
  readonly ready: Promise<void>;
  onBroken: (error: Error) => void = () => {};
  readonly #worker: Worker;
  readonly #sockets = new Map<number, EmbeddedSocket>();
  #lastId = 0;
  #broken: Error | null = null;
  #isReady = false;
  #stopped: Promise<void>;

  constructor(directory: string, idleInTransactionMs: number) {
    this.#worker = new Worker(engineFile(import.meta.url, 'embedded-worker.js'), {
      workerData: { directory, idleInTransactionMs },
      execArgv: [],
    });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromEngine) => {
        if (message.kind === 'answer') this.#sockets.get(message.connection)?.receive(message.data, message.closed);
        else if (message.kind === 'broken') this.#fail(new Error(message.reason), reject);
        else if (message.kind === 'ready') {
          this.#isReady = true;
          resolve();
        }
      });
      this.#worker.once('error', (error) => this.#fail(error as Error, reject));
    });
    this.#stopped = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        resolve();
        if (this.#sockets.size > 0) this.#fail(new Error('the engine ended'), () => {});
      });
    });
  }

  socket(): EmbeddedSocket {
    const id = ++this.#lastId;
    const socket = new EmbeddedSocket(id, {
      submit: (connection, data) => this.#post({ kind: 'batch', connection, data }, [data.buffer]),
      close: (connection) => {
        this.#sockets.delete(connection);
        this.#post({ kind: 'close', connection });
      },
    });
    this.#sockets.set(id, socket);
    if (this.#broken) socket.destroy(this.#broken);
    return socket;
  }

  /** Writes a checkpoint and ends the thread. */
  async stop(): Promise<void> {
    if (this.#broken) {
      await this.#worker.terminate();
      return;
    }
    const stopped = new Promise<void>((resolve) => {
      this.#worker.on('message', (message: FromEngine) => {
        if (message.kind === 'stopped' || message.kind === 'broken') resolve();
      });
    });
    this.#post({ kind: 'stop' });
    await Promise.race([stopped, this.#stopped]);
    await this.#worker.terminate();
  }

  #post(message: ToEngine, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #fail(error: Error, reject: (error: Error) => void): void {
    if (this.#broken) return;
    this.#broken = new ProblemError(
      problem(
        'database-damaged',
        this.#isReady
          ? `The embedded database stopped working: ${error.message}`
          : `The embedded database could not be opened: ${error.message}`,
        'Start again; if it stays, restore the data directory from a backup',
        { family: this.#isReady ? 'bug' : 'admin' },
      ),
      { cause: error },
    );
    reject(this.#broken);
    for (const socket of this.#sockets.values()) socket.destroy(this.#broken);
    this.#sockets.clear();
    if (!this.#isReady) void this.#worker.terminate();
    else this.onBroken(this.#broken);
  }
}
