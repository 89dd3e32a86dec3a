// One session shared by many connections: order, exclusion, notifications, and the wire's framing under any chunking.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SessionTurns } from '../../src/storage/session-turns.js';
import { BatchReader, message, simpleQuery, splitAnswer, welcome } from '../../src/storage/wire.js';

/** The SQL of a batch's Query or Parse message. */
function sqlOf(batch: Uint8Array): string {
  const bytes = Buffer.from(batch);
  const start = bytes[0] === 'Q'.charCodeAt(0) ? 5 : bytes.indexOf(0, 5) + 1;
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}

/** An engine that only knows begin, commit, rollback and notify, and writes down what it was asked. */
function standIn() {
  const asked: string[] = [];
  let status = 'I';
  const engine = async (batch: Uint8Array): Promise<Uint8Array> => {
    const sql = sqlOf(batch);
    asked.push(sql);
    if (sql === 'begin') status = 'T';
    if (sql === 'commit' || sql === 'rollback') status = 'I';
    const bell = Buffer.concat([Buffer.alloc(4), Buffer.from('bell\0ding\0')]);
    const parts = [
      message('C', Buffer.from(`${sql.split(' ')[0]!.toUpperCase()}\0`)),
      message('Z', Buffer.from(status)),
    ];
    if (sql === 'notify') parts.splice(1, 0, message('A', bell));
    return new Uint8Array(Buffer.concat(parts));
  };
  return { asked, engine };
}

async function play(script: [number, string | null][]): Promise<{ asked: string[]; answers: Map<number, Buffer[]> }> {
  const { asked, engine } = standIn();
  const answers = new Map<number, Buffer[]>();
  const turns = new SessionTurns({
    engine,
    answer: (connection, data) => answers.set(connection, [...(answers.get(connection) ?? []), Buffer.from(data)]),
    broken: (error) => {
      throw error;
    },
    idleInTransactionMs: 1_000_000,
  });
  for (const [connection, sql] of script) {
    if (sql === null) turns.close(connection);
    else turns.submit(connection, new Uint8Array(simpleQuery(sql)));
  }
  for (let i = 0; i < 200; i++) await Promise.resolve();
  return { asked, answers };
}

it('lets nobody between the begin and the commit of another', async () => {
  const { asked } = await play([
    [1, 'begin'],
    [2, 'two'],
    [1, 'one'],
    [3, 'begin'],
    [1, 'commit'],
    [3, 'three'],
    [2, 'two again'],
    [3, 'rollback'],
  ]);
  expect(asked).toEqual(['begin', 'one', 'commit', 'two', 'begin', 'three', 'rollback', 'two again']);
});

it('rolls back for a connection that leaves in the middle, and drops what it still wanted', async () => {
  const { asked } = await play([
    [1, 'begin'],
    [1, 'one'],
    [2, 'two'],
    [1, null],
  ]);
  expect(asked).toEqual(['begin', 'rollback', 'two']);
});

it('gives a notification to those who listen and to nobody else', async () => {
  const { answers } = await play([
    [1, 'listen bell'],
    [2, 'notify'],
    [3, 'three'],
  ]);
  const types = (connection: number) => answers.get(connection)!.map((data) => String.fromCharCode(data[0]!));
  expect(types(1)).toEqual(['C', 'A']);
  expect(types(2)).toEqual(['C']);
  expect(types(3)).toEqual(['C']);
});

it('finds the same batches however the bytes arrive', () => {
  const startUp = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\0', '')),
        { minLength: 1, maxLength: 6 },
      ),
      fc.array(fc.nat(60), { maxLength: 20 }),
      (statements, cuts) => {
        const extended = (sql: string) => [
          message('P', Buffer.concat([Buffer.from('\0'), Buffer.from(`${sql}\0`), Buffer.alloc(2)])),
          message('S', Buffer.alloc(0)),
        ];
        const bytes = Buffer.concat([
          startUp,
          ...statements.flatMap((sql, i) => (i % 2 ? extended(sql) : [simpleQuery(sql)])),
          message('X', Buffer.alloc(0)),
        ]);
        const reader = new BatchReader();
        const found: string[] = [];
        let ended = false;
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const next = at + 1 + (cuts[i] ?? 1000);
          const answer = reader.read(bytes.subarray(at, next));
          found.push(...answer.batches.map(sqlOf));
          ended ||= answer.ended;
          at = next;
        }
        expect(found).toEqual(statements.map((sql) => Buffer.from(sql).toString()));
        expect(ended).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

it('reads the transaction status at the end of an answer', () => {
  expect(splitAnswer(new Uint8Array(welcome(7))).status).toBe('I');
  expect(splitAnswer(new Uint8Array(message('C', Buffer.from('SELECT 1\0')))).status).toBeNull();
});
