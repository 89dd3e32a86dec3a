// The local door of the running bot: commands of the same user speak JSON lines over DATA_DIR/usher.sock.
import { unlink } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { didYouMean, type Problem, ProblemError, problem, suggestion } from '../problem.js';
import { listenLocally } from '../storage/local-socket.js';

/** What a command may send: far above any real request, far below what could hurt. */
export const REQUEST_BYTES_MAX = 1_000_000;

export type ControlHandlers = Record<string, (args: unknown) => Promise<unknown>>;

export interface ControlRequest {
  id: number;
  command: string;
  args?: unknown;
}
export type ControlResponse =
  | { id: number | null; ok: true; result: unknown }
  | { id: number | null; ok: false; problems: Problem[] };

export interface ControlSocket {
  close(): Promise<void>;
}

/**
 * Listens at `path` (mode 0600). The caller holds the data directory's lock: a socket file found there is a dead one's.
 * A handler's ProblemError goes to the caller as its Problems; anything else it throws goes to `onError` and is shown as a bug.
 */
export async function startControlSocket(
  path: string,
  handlers: ControlHandlers,
  onError: (error: unknown, command: string) => void = () => {},
): Promise<ControlSocket> {
  await unlink(path).catch(() => {});
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A command that was interrupted resets its side: nothing to tell anybody.
    socket.on('error', () => socket.destroy());
    serve(socket, handlers, onError);
  });
  const close = await listenLocally(server, path);
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      return close();
    },
  };
}

/** Reads lines; each is answered when its handler is done, in any order. */
function serve(socket: Socket, handlers: ControlHandlers, onError: (error: unknown, command: string) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  const answer = (response: ControlResponse): void => {
    if (socket.writable) socket.write(`${JSON.stringify(response)}\n`);
  };
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (line.length > REQUEST_BYTES_MAX) return refuse();
      void respond(line.toString('utf8'), handlers, onError).then(answer);
    }
    if (rest.length > REQUEST_BYTES_MAX) refuse();
  });
  const refuse = (): void => {
    socket.removeAllListeners('data');
    socket.end(`${JSON.stringify({ id: null, ok: false, problems: [tooLarge()] } satisfies ControlResponse)}\n`);
  };
}

async function respond(
  line: string,
  handlers: ControlHandlers,
  onError: (error: unknown, command: string) => void,
): Promise<ControlResponse> {
  const request = parse(line);
  if (!request) return { id: null, ok: false, problems: [malformed()] };
  const { id, command, args } = request;
  const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
  if (!handler) return { id, ok: false, problems: [unknownCommand(command, Object.keys(handlers))] };
  try {
    return { id, ok: true, result: (await handler(args)) ?? null };
  } catch (error) {
    if (error instanceof ProblemError) return { id, ok: false, problems: error.problems };
    onError(error, command);
    return { id, ok: false, problems: [failed(command, error)] };
  }
}

function parse(line: string): ControlRequest | null {
  try {
    const request = JSON.parse(line) as Partial<ControlRequest> | null;
    if (typeof request?.id !== 'number' || typeof request.command !== 'string') return null;
    return { id: request.id, command: request.command, args: request.args };
  } catch {
    return null;
  }
}

function malformed(): Problem {
  return problem('control-request', 'The running bot could not read the request', 'Use a command of the same release');
}

function tooLarge(): Problem {
  return problem('control-request-too-large', `A request is at most ${REQUEST_BYTES_MAX} bytes`, 'Send less at a time');
}

function unknownCommand(command: string, known: string[]): Problem {
  const near = suggestion(command, known);
  return problem(
    'control-command-unknown',
    `The running bot does not know the command "${command}"${didYouMean(near)}`,
    'Use a command of the same release as the bot that runs',
  );
}

function failed(command: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return problem('control-failed', `"${command}" failed: ${message}`, 'See the log of the running bot', {
    family: 'bug',
  });
}
