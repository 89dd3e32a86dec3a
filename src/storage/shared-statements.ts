// Prepared statements in a session that many connections share: what one of them had parsed is there for all.
import type { Engine } from './session-turns.js';

const PARSE = 'P'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
/** ParseComplete, as the engine would say it. */
const PARSED = Uint8Array.of('1'.charCodeAt(0), 0, 0, 0, 4);

/**
 * Leaves out a Parse of a name that the session has (a name stands for one text, see prepared.ts) and answers it itself.
 * Without this the second connection would be told that the name is taken.
 */
export function sharingStatements(engine: Engine): Engine {
  const known = new Set<string>();
  return async (batch) => {
    const name = parsedName(batch);
    if (name === '') return engine(batch);
    if (!known.has(name)) {
      const answer = await engine(batch);
      if (answer[0] !== ERROR) known.add(name);
      return answer;
    }
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    const answer = await engine(batch.subarray(1 + view.getInt32(1)));
    const whole = new Uint8Array(PARSED.length + answer.length);
    whole.set(PARSED);
    whole.set(answer, PARSED.length);
    return whole;
  };
}

/** The statement's name when the batch begins with a Parse; '' for none. */
function parsedName(batch: Uint8Array): string {
  if (batch[0] !== PARSE) return '';
  const end = batch.indexOf(0, 5);
  return Buffer.from(batch.buffer, batch.byteOffset + 5, end - 5).toString('latin1');
}
