// The process that parses one spreadsheet and ends: whatever a file does to it, the bot goes on.

import { readWorkbook } from './read-workbook.js';
import { portionRows, type ReadAnswer, type ReadRequest } from './reader-messages.js';

function say(answer: ReadAnswer): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(answer, undefined, undefined, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

async function answer({ bytes, name, mapping }: ReadRequest): Promise<void> {
  const result = await readWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), name, mapping);
  if (result.kind === 'failed') return say(result);
  for (let from = 0; from < result.listings.length; from += portionRows) {
    await say({ kind: 'listings', listings: result.listings.slice(from, from + portionRows) });
  }
  return say({ kind: 'done', lint: result.lint });
}

if (process.send) {
  // Ctrl-C reaches the whole group of processes: the parent decides what it means.
  process.on('SIGINT', () => {});
  // The parent is gone: nobody waits for the answer.
  process.once('disconnect', () => process.exit(1));
  process.once('message', (request) => {
    answer(request as ReadRequest).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
        process.exit(70);
      },
    );
  });
}
