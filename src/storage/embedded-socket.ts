// A stream that node-postgres takes for its socket; the other end is the engine's thread.
import { Duplex } from 'node:stream';
import { BatchReader, welcome } from './wire.js';

/** Where a socket sends what it read, and says goodbye. */
export interface EngineSide {
  submit(connection: number, batch: Uint8Array<ArrayBuffer>): void;
  close(connection: number): void;
}

/** One connection of the pool. node-postgres frames, parses and reports exactly as with a server. */
export class EmbeddedSocket extends Duplex {
  readonly #id: number;
  readonly #engine: EngineSide;
  readonly #reader = new BatchReader();

  constructor(id: number, engine: EngineSide) {
    super({ allowHalfOpen: false });
    this.#id = id;
    this.#engine = engine;
  }

  /** Bytes from the engine for this connection. */
  receive(data: Uint8Array<ArrayBuffer>, closed: boolean): void {
    if (this.destroyed) return;
    this.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    if (closed) this.push(null);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const { started, batches, ended } = this.#reader.read(chunk);
    if (started) this.push(welcome(this.#id));
    for (const batch of batches) this.#engine.submit(this.#id, batch);
    if (ended) this.push(null);
    done();
  }

  override _writev(chunks: { chunk: Buffer; encoding: string }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map((c) => c.chunk)), 'buffer', done);
  }

  override _read(): void {}

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#engine.close(this.#id);
    done(error);
  }

  /** What net.Socket has and node-postgres calls; nothing here needs it. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
