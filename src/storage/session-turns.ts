// Shares one database session between many connections: a statement at a time, a transaction as a whole.
import { fatal, simpleQuery, splitAnswer } from './wire.js';

/** Runs one batch of wire messages on the session and answers with the engine's messages. */
export type Engine = (batch: Uint8Array) => Promise<Uint8Array>;

export interface TurnsOptions {
  engine: Engine;
  /** Bytes for a connection; `closed` when it was ended by us. */
  answer: (connection: number, data: Uint8Array<ArrayBuffer>, closed: boolean) => void;
  /** The engine itself failed: nothing can go on. */
  broken: (error: unknown) => void;
  /** How long a transaction may sit idle while others wait, in milliseconds. */
  idleInTransactionMs: number;
}

/**
 * The session belongs to nobody between statements, and to one connection from its BEGIN to its end; who else asks
 * waits in order. A LISTEN holds nothing and lasts as long as its connection (UNLISTEN would silence every other
 * connection too: end the connection instead). SET without LOCAL and advisory locks are shared by all connections.
 */
export class SessionTurns {
  readonly #options: TurnsOptions;
  #waiting: { connection: number; batch: Uint8Array }[] = [];
  #holder: number | null = null;
  #running: number | null = null;
  #listeners = new Set<number>();
  #closed = new Set<number>();
  #patience: NodeJS.Timeout | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  submit(connection: number, batch: Uint8Array): void {
    this.#waiting.push({ connection, batch });
    this.#next();
  }

  /** The connection is gone: what it still wanted is dropped, what it left open is rolled back. */
  close(connection: number): void {
    if (connection === this.#holder || connection === this.#running) this.#closed.add(connection);
    this.#listeners.delete(connection);
    this.#waiting = this.#waiting.filter((w) => w.connection !== connection);
    this.#next();
  }

  #next(): void {
    if (this.#running !== null) return;
    clearTimeout(this.#patience);
    if (this.#holder !== null && this.#closed.has(this.#holder)) {
      this.#run(this.#holder, simpleQuery('rollback'));
      return;
    }
    const at = this.#waiting.findIndex((w) => this.#holder === null || w.connection === this.#holder);
    const turn = this.#waiting[at];
    if (turn) {
      this.#waiting.splice(at, 1);
      this.#run(turn.connection, turn.batch);
    } else if (this.#waiting.length > 0) {
      this.#patience = setTimeout(() => this.#evict(), this.#options.idleInTransactionMs);
    }
  }

  #run(connection: number, batch: Uint8Array): void {
    this.#running = connection;
    this.#options.engine(batch).then(
      (answer) => {
        this.#running = null;
        this.#deliver(connection, answer);
        this.#next();
      },
      (error) => this.#options.broken(error),
    );
  }

  #deliver(connection: number, answer: Uint8Array): void {
    const { own, notifications, status, hasListen } = splitAnswer(answer);
    const isGone = this.#closed.has(connection);
    this.#holder = status === 'I' ? null : connection;
    if (this.#holder === null) this.#closed.delete(connection);
    if (hasListen && !isGone) this.#listeners.add(connection);
    if (own.length > 0 && !isGone) this.#options.answer(connection, own, false);
    if (notifications.length === 0) return;
    for (const listener of this.#listeners) this.#options.answer(listener, notifications.slice(), false);
  }

  /** PostgreSQL's own idle_in_transaction_session_timeout: without it, a statement awaited outside of the transaction it stands in would wait for ever. */
  #evict(): void {
    const holder = this.#holder;
    if (holder === null || this.#running !== null) return;
    const why = 'the transaction sat idle while others waited (was a statement outside of it awaited inside?)';
    this.#options.answer(holder, new Uint8Array(fatal('25P03', why)), true);
    this.close(holder);
  }
}
