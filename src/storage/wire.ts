// The few pieces of PostgreSQL's wire protocol (version 3) that stand between node-postgres and the embedded engine.

/** `I` idle, `T` in a transaction, `E` in a failed one: the byte in ReadyForQuery. */
export type TransactionStatus = 'I' | 'T' | 'E';

const READY = 'Z'.charCodeAt(0);
const NOTIFICATION = 'A'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const FLUSH = 'H'.charCodeAt(0);
const COMPLETE = 'C'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/** One backend or frontend message: a type byte, a length that counts itself but not the type, the content. */
export function message(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8');

/** What a server answers to a start-up packet when it lets the client in without a password. */
export function welcome(processId: number): Buffer {
  const settings = { server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', integer_datetimes: 'on' };
  const key = Buffer.alloc(8);
  key.writeInt32BE(processId, 0);
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...Object.entries(settings).map(([name, value]) => message('S', Buffer.concat([text(name), text(value)]))),
    message('K', key),
    message('Z', Buffer.from('I')),
  ]);
}

/** An ErrorResponse that ends the session, with its SQLSTATE. */
export function fatal(code: string, what: string): Buffer {
  const part = (field: string, value: string) => Buffer.concat([Buffer.from(field, 'latin1'), text(value)]);
  return message(
    'E',
    Buffer.concat([part('S', 'FATAL'), part('V', 'FATAL'), part('C', code), part('M', what), Buffer.alloc(1)]),
  );
}

/** A simple query, as typed by us. */
export function simpleQuery(sql: string): Buffer {
  return message('Q', text(sql));
}

/** Collects what a client writes and hands out whole batches: everything up to a Sync, a Query or a Flush. */
export class BatchReader {
  #rest: Buffer = Buffer.alloc(0);
  #started = false;

  /** Returns the batches that are complete now, and whether the client said goodbye. The start-up packet is swallowed. */
  read(chunk: Buffer): { started: boolean; batches: Uint8Array<ArrayBuffer>[]; ended: boolean } {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const answer = { started: false, batches: [] as Uint8Array<ArrayBuffer>[], ended: false };
    let from = 0;
    let at = 0;
    while (this.#rest.length - at >= (this.#started ? 5 : 4)) {
      const length = this.#started ? 1 + this.#rest.readInt32BE(at + 1) : this.#rest.readInt32BE(at);
      if (this.#rest.length - at < length) break;
      const type = this.#started ? this.#rest[at] : 0;
      at += length;
      if (!this.#started) {
        this.#started = answer.started = true;
        from = at;
      } else if (type === TERMINATE) {
        answer.ended = true;
        from = at;
      } else if (type === SYNC || type === QUERY || type === FLUSH) {
        answer.batches.push(new Uint8Array(this.#rest.subarray(from, at)));
        from = at;
      }
    }
    this.#rest = this.#rest.subarray(from);
    return answer;
  }
}

/**
 * Splits an engine's answer: the client's own part, the notifications in it, the transaction status at its end, and
 * whether a LISTEN was carried out (read from the answer, since the SQL may begin with anything).
 */
export function splitAnswer(answer: Uint8Array): {
  own: Uint8Array<ArrayBuffer>;
  notifications: Uint8Array<ArrayBuffer>;
  status: TransactionStatus | null;
  hasListen: boolean;
} {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const notifications: Buffer[] = [];
  const own: Buffer[] = [];
  let status: TransactionStatus | null = null;
  let hasListen = false;
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + bytes.readInt32BE(at + 1);
    if (bytes[at] === READY) status = String.fromCharCode(bytes[at + 5]!) as TransactionStatus;
    if (bytes[at] === COMPLETE && bytes.toString('latin1', at + 5, next) === 'LISTEN\0') hasListen = true;
    if (bytes[at] === NOTIFICATION) {
      own.push(bytes.subarray(from, at));
      notifications.push(bytes.subarray(at, next));
      from = next;
    }
    at = next;
  }
  own.push(bytes.subarray(from));
  return { own: joined(own), notifications: joined(notifications), status, hasListen };
}

/** One copy in memory of its own, so that it can be handed to another thread. */
export function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
