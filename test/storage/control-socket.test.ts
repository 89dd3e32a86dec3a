// Commands reach the running bot over its socket, and get its Problems back.
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { callRunning } from '../../src/commands/control-client.js';
import { type ControlSocket, REQUEST_BYTES_MAX, startControlSocket } from '../../src/http/control-socket.js';
import { ProblemError, problem } from '../../src/problem.js';
import { listenLocally } from '../../src/storage/local-socket.js';

let dataDir: string;
let running: ControlSocket;
const bugs: unknown[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-test-socket-'));
  running = await startControlSocket(
    join(dataDir, 'usher.sock'),
    {
      echo: async (args) => args,
      nothing: async () => undefined,
      refuse: async () => {
        throw new ProblemError([problem('one', 'First', 'Mend it'), problem('two', 'Second', 'Mend that')]);
      },
      crash: async () => {
        throw new TypeError('x is not a function');
      },
      hang: () => new Promise(() => {}),
    },
    (error, command) => bugs.push([command, error]),
  );
});
afterEach(async () => {
  await running.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('answers a command with its result', async () => {
  expect(await callRunning(dataDir, 'echo', { id: 'case-1', deep: ['ü\n'] })).toEqual({
    result: { id: 'case-1', deep: ['ü\n'] },
  });
  expect(await callRunning(dataDir, 'nothing')).toEqual({ result: null });
});

it('carries an answer of many megabytes', async () => {
  const long = 'x'.repeat(900_000);
  expect(await callRunning(dataDir, 'echo', long)).toEqual({ result: long });
});

it('answers many commands at once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => callRunning(dataDir, 'echo', i)));
  expect(answers.map((a) => a?.result)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it('hands over the Problems of a command', async () => {
  await expect(callRunning(dataDir, 'refuse')).rejects.toMatchObject({ problems: [{ code: 'one' }, { code: 'two' }] });
});

it('shows a crash as a bug and reports it to the running bot', async () => {
  await expect(callRunning(dataDir, 'crash')).rejects.toMatchObject({
    problems: [{ code: 'control-failed', family: 'bug' }],
  });
  expect(bugs).toMatchObject([['crash', { message: 'x is not a function' }]]);
});

it('suggests the nearest command, and is not fooled by what every object has', async () => {
  const error = await callRunning(dataDir, 'ecko').catch((e) => e);
  expect(error.problems).toMatchObject([{ code: 'control-command-unknown' }]);
  expect(error.problems[0].message).toContain('did you mean "echo"');
  await expect(callRunning(dataDir, 'toString')).rejects.toMatchObject({
    problems: [{ code: 'control-command-unknown' }],
  });
});

it('returns null when nobody runs, also where a dead one left its socket', async () => {
  await running.close();
  expect(await callRunning(dataDir, 'echo')).toBeNull();
  expect(await callRunning(join(dataDir, 'no', 'such', 'directory'), 'echo')).toBeNull();
  await writeFile(join(dataDir, 'usher.sock'), '');
  expect(await callRunning(dataDir, 'echo')).toBeNull();
});

it('takes the place of a dead one', async () => {
  await running.close();
  await writeFile(join(dataDir, 'usher.sock'), '');
  running = await startControlSocket(join(dataDir, 'usher.sock'), { echo: async (args) => args });
  expect(await callRunning(dataDir, 'echo', 1)).toEqual({ result: 1 });
});

it('gives up on a bot that does not answer, and on one that hangs up', async () => {
  await expect(callRunning(dataDir, 'hang', {}, 50)).rejects.toMatchObject({
    problems: [{ code: 'control-no-answer' }],
  });
  const asked = callRunning(dataDir, 'hang').catch((e) => e);
  await callRunning(dataDir, 'nothing');
  await running.close();
  expect(await asked).toMatchObject({ problems: [{ code: 'control-no-answer' }] });
});

it('is closed to other users', async () => {
  expect((await stat(join(dataDir, 'usher.sock'))).mode & 0o777).toBe(0o600);
});

it.each([
  ['not JSON', 'hello\n', 'control-request'],
  ['no command', '{"id":1}\n', 'control-request'],
  ['an endless line', 'x'.repeat(REQUEST_BYTES_MAX + 1), 'control-request-too-large'],
])('refuses %s', async (_name, sent, code) => {
  const socket = connect(join(dataDir, 'usher.sock'));
  socket.write(sent);
  const [answer] = await once(socket, 'data');
  expect(JSON.parse(String(answer))).toMatchObject({ id: null, ok: false, problems: [{ code }] });
  socket.destroy();
});

it('listens where the path is longer than a socket may be', async () => {
  const deep = join(dataDir, 'deep'.repeat(40));
  await mkdir(deep);
  const far = await startControlSocket(join(deep, 'usher.sock'), { echo: async (args) => args });
  expect(await callRunning(deep, 'echo', 'far')).toEqual({ result: 'far' });
  await far.close();
  expect(await readdir(deep)).toEqual([]);
});

it('says so where no socket can be made', async () => {
  await expect(listenLocally(createServer(), join(dataDir, 'absent', 'x.sock'))).rejects.toMatchObject({
    problems: [{ code: 'data-dir-no-socket' }],
  });
});
