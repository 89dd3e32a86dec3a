// A gate in front of PostgreSQL that cuts connections at the worst moment: the statement has arrived, its answer has not.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface DatabaseGate {
  url: string;
  /** From now on every nth write is carried out and its connection cut before the answer passes; 0: none. */
  cutEvery(nth: number): void;
  /** How many were cut. */
  cuts(): number;
  close(): Promise<void>;
}

/** What the ledger's statements do that change something: their names are prepared once, so that the text alone is no guide. */
const WRITES = /\b(commit|insert|update|delete)\b/i;

export async function openDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let nth = 0;
  let seen = 0;
  let cuts = 0;
  const server = createServer((client) => {
    const onward = connect(Number(target.port), target.hostname);
    let doomed = false;
    /** Names of prepared statements on this connection that write. */
    const writing = new Set<string>();
    const isWrite = (message: Buffer): boolean => {
      let found = false;
      for (const { kind, body } of messages(message)) {
        const [name = '', text = ''] = body.split('\0');
        if (kind === 'P' && WRITES.test(text)) writing.add(name);
        if (kind === 'P' && WRITES.test(text)) found = true;
        // Bind names the portal first, then the statement.
        if (kind === 'B' && writing.has(text)) found = true;
        if (kind === 'Q' && WRITES.test(body)) found = true;
      }
      return found;
    };
    client.on('data', (chunk) => {
      if (nth > 0 && isWrite(chunk)) {
        seen += 1;
        if (seen % nth === 0) doomed = true;
      }
      onward.write(chunk);
    });
    onward.on('data', (chunk) => {
      if (!doomed) return void client.write(chunk);
      cuts += 1;
      client.destroy();
      onward.destroy();
    });
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutEvery(every) {
      nth = every;
    },
    cuts: () => cuts,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The typed messages of a chunk, as far as they are whole; the untyped first one of a connection gives none. */
function* messages(chunk: Buffer): Generator<{ kind: string; body: string }> {
  let at = 0;
  while (at + 5 <= chunk.length) {
    const kind = String.fromCharCode(chunk[at]!);
    const length = chunk.readUInt32BE(at + 1);
    if (!/[A-Za-z]/.test(kind) || length < 4 || at + 1 + length > chunk.length) return;
    yield { kind, body: chunk.toString('latin1', at + 5, at + 1 + length) };
    at += 1 + length;
  }
}
