// One SMTP transaction over one connection, with a pause right before the final dot.
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** How far it came: `open` nothing is binding yet, `dot` the final dot may have left. */
export type Phase = 'open' | 'dot';

export interface Delivery {
  phase: Phase;
  /** The server's last word on the message, or what went wrong. */
  result: { accepted: string[]; response: string } | { error: DeliveryError };
}
export type DeliveryError = Error & { code?: string; responseCode?: number; command?: string; response?: string };

export interface Letter {
  from: string;
  to: string;
  bytes: Buffer;
}

export interface Server {
  /** Opens the connection, to an address that was checked. */
  open: () => Promise<Socket>;
  connection: SMTPConnection.Options;
  login: { user: string; pass: string } | null;
  /** For each answer before the dot, and for the answer to the dot, in milliseconds. */
  timeoutMs: number;
  dotTimeoutMs: number;
}

/** How long the server gets to close after QUIT. */
const GOODBYE_MS = 2_000;

/**
 * Connects, logs in, sends and closes; each step at most once. Never throws. The connection is closed without a dot when `beforeDot` fails, so
 * that no server takes the message.
 */
export async function deliver(server: Server, letter: Letter, beforeDot: () => Promise<void>): Promise<Delivery> {
  const socket = await server.open().catch((error: DeliveryError) => error);
  if (socket instanceof Error) return { phase: 'open', result: { error: socket } };
  const connection = new SMTPConnection({ ...server.connection, connection: socket });
  const line = watch(connection);
  const message = heldBack(letter.bytes, beforeDot, {
    onWait: () => line.patience(null),
    onDot: () => line.patience(server.dotTimeoutMs),
  });
  let result: Delivery['result'];
  try {
    line.patience(server.timeoutMs);
    await line.step((done) => connection.connect((error) => done(error)));
    const { login } = server;
    line.patience(server.timeoutMs);
    if (login) await line.step((done) => connection.login({ credentials: login }, (error) => done(error)));
    line.patience(server.timeoutMs);
    const envelope = { from: letter.from, to: [letter.to], size: letter.bytes.length };
    const info = await line.step<SMTPConnection.SentMessageInfo>((done) =>
      connection.send(envelope, message.stream, done),
    );
    result = { accepted: (info?.accepted ?? []).map(String), response: info?.response ?? '' };
  } catch (error) {
    result = { error: error as DeliveryError };
  }
  line.patience(null);
  const phase = await message.over();
  if ('error' in result) connection.close();
  else goodbye(connection);
  return { phase, result };
}

/** The message as a stream whose end waits: the vendor's code sends the final dot when the stream ends, and only then. */
function heldBack(bytes: Buffer, beforeDot: () => Promise<void>, tell: { onWait: () => void; onDot: () => void }) {
  let phase: Phase = 'open';
  let before: Promise<void> | null = null;
  let isOver = false;
  const stream = new Readable({
    read() {
      if (before !== null) return;
      tell.onWait();
      this.push(bytes);
      before = Promise.resolve().then(beforeDot);
      before.then(
        () => {
          if (isOver || this.destroyed) return;
          // From this line on the message may have been taken.
          phase = 'dot';
          tell.onDot();
          this.push(null);
        },
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  stream.on('error', () => {});
  return {
    stream,
    /** Gives up or is done: no dot leaves after this. What was begun before the dot settles before anyone hears of the end. */
    async over(): Promise<Phase> {
      isOver = true;
      await before?.catch(() => {});
      stream.destroy();
      return phase;
    },
  };
}

/** The vendor's callbacks as promises that also end when the connection is lost or patience runs out. */
function watch(connection: SMTPConnection) {
  let lose: (error: DeliveryError) => void = () => {};
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  lost.catch(() => {});
  connection.on('error', (error) => lose(error as DeliveryError));
  connection.once('end', () => lose(Object.assign(new Error('connection ended'), { code: 'ECONNECTION' })));
  let timer: NodeJS.Timeout | undefined;
  return {
    step: <T>(run: (done: (error?: Error | null, value?: T) => void) => void): Promise<T | undefined> =>
      Promise.race([
        lost,
        new Promise<T | undefined>((resolve, reject) =>
          run((error, value) => (error ? reject(error) : resolve(value))),
        ),
      ]),
    /** Starts the time for the next answer anew; null stops it. */
    patience(ms: number | null): void {
      clearTimeout(timer);
      if (ms === null) return;
      timer = setTimeout(() => lose(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })), ms);
    },
  };
}

function goodbye(connection: SMTPConnection): void {
  const timer = setTimeout(() => connection.close(), GOODBYE_MS).unref();
  connection.once('end', () => clearTimeout(timer));
  connection.quit();
}
