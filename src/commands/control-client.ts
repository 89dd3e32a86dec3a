// Lets a command ask the bot that runs on the same data directory.
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { ControlRequest, ControlResponse } from '../http/control-socket.js';
import { ProblemError, problem } from '../problem.js';
import { connectLocally } from '../storage/local-socket.js';

const ANSWER_TIMEOUT_MS = 60_000;

/** What the running bot answered; `{ result }` so that an empty answer differs from nobody being there. */
export interface Answer<T> {
  result: T;
}

/**
 * Runs `command` inside the bot that runs on `dataDir`; null when none does. Throws ProblemError with the bot's own
 * Problems, or `control-no-answer` when it is there and does not answer in time (milliseconds).
 */
export async function callRunning<T = unknown>(
  dataDir: string,
  command: string,
  args: unknown = {},
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Answer<T> | null> {
  const path = join(resolve(dataDir), 'usher.sock');
  const socket = await connectLocally(path).catch((error) => {
    throw noAnswer(path, String((error as { code?: unknown }).code ?? error));
  });
  if (!socket) return null;
  try {
    const line = await ask(socket, { id: 1, command, args }, timeoutMs);
    if (line === null) throw noAnswer(path, `no answer to "${command}"`);
    const response = JSON.parse(line) as ControlResponse;
    if (!response.ok) throw new ProblemError(response.problems);
    return { result: response.result as T };
  } finally {
    socket.destroy();
  }
}

/** The one line of the answer, or null when the bot hung up or took too long. */
function ask(socket: Socket, request: ControlRequest, timeoutMs: number): Promise<string | null> {
  return new Promise((resolveLine) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => resolveLine(null), timeoutMs);
    const finish = (line: string | null): void => {
      clearTimeout(timer);
      resolveLine(line);
    };
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(10);
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end >= 0) finish(Buffer.concat(chunks).toString('utf8'));
    });
    socket.once('error', () => finish(null));
    socket.once('close', () => finish(null));
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

function noAnswer(path: string, why: string): ProblemError {
  return new ProblemError(
    problem('control-no-answer', `The bot at ${path} does not answer (${why})`, 'Look at its log, or restart it', {
      family: 'network',
    }),
  );
}
