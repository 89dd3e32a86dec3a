// The thread that runs the embedded engine (PGlite), so that no statement ever blocks the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { FromEngine, ToEngine } from './embedded-messages.js';
import { SessionTurns } from './session-turns.js';
import { sharingStatements } from './shared-statements.js';
import { joined } from './wire.js';

const port = parentPort;
if (!port) throw new Error('embedded-worker runs as a worker thread only');
const { directory, idleInTransactionMs } = workerData as { directory: string; idleInTransactionMs: number };

const say = (message: FromEngine, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const broken = (error: unknown): void =>
  say({ kind: 'broken', reason: error instanceof Error ? error.message : String(error) });

async function serve(): Promise<void> {
  const engine = await PGlite.create({ dataDir: directory });
  // Planned once: our statements find what they want by key, whatever the values.
  await engine.exec('set search_path to bullmq, public; set plan_cache_mode to force_generic_plan');
  // Not `execProtocolRaw`: it reads every answer for itself, too, and keeps the messages for as long as it lives (0.5.16).
  const answerTo = async (batch: Uint8Array): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    // What it shows is its own memory, which the next part overwrites.
    await engine.execProtocolRawStream(batch, { onRawData: (data) => parts.push(data.slice()) });
    return joined(parts);
  };
  const turns = new SessionTurns({
    engine: sharingStatements(answerTo),
    answer: (connection, data, closed) => say({ kind: 'answer', connection, data, closed }, [data.buffer]),
    broken,
    idleInTransactionMs,
  });
  port?.on('message', (message: ToEngine) => {
    if (message.kind === 'batch') turns.submit(message.connection, message.data);
    else if (message.kind === 'close') turns.close(message.connection);
    else engine.close().then(() => say({ kind: 'stopped' }), broken);
  });
  say({ kind: 'ready' });
}

serve().catch(broken);
