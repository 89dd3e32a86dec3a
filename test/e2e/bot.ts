// Runs Usher as people do, as a process of its own, and reads what it prints.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** V8: half the processor time of a short life went into optimizing the embedded database's code. */
const BRIEFLY = '--liftoff-only';
/** Longer than the worst after a death: the lease of the dead (two minutes), then the looks for what it may have written (two and a half). */
const WAIT_MS = 400_000;

type Env = Record<string, string | undefined>;

/** Nothing of this process's settings reaches the other; any free port. */
function environment(env: Env): Env {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, PORT: '0', ...env };
}

const running = new Map<ChildProcess, Promise<unknown>>();

/** For an `afterAll`: ends what a failed test left running. */
export async function endAll(): Promise<void> {
  for (const child of running.keys()) child.kill('SIGKILL');
  await Promise.all(running.values());
}

/** Where it runs, and `main.js` of another release. */
export interface Where {
  root: string;
  main?: string;
}

function start({ root, main = MAIN }: Where, args: string[], env: Env): ChildProcess {
  const child = spawn(process.execPath, [BRIEFLY, main, ...args], {
    cwd: root,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a shell gives to what it starts.
    detached: true,
  });
  running.set(
    child,
    once(child, 'close').finally(() => running.delete(child)),
  );
  return child;
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command to its end. */
export function run(place: Where, args: string[], env: Env = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = start(place, args, env);
    const ran = { code: null, stdout: '', stderr: '' };
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text));
    child.once('close', (code) => resolve({ ...ran, code }));
  });
}

export interface Bot {
  pid: number;
  /** Lines printed so far. */
  lines: string[];
  stderr(): string;
  /** The first line from number `from` on that fits; throws with all that was printed when none comes. */
  line(pattern: RegExp, from?: number): Promise<string>;
  /** Resolves once so many ticket lines were printed. */
  tickets(count: number): Promise<string[]>;
  /** Where the status page is. */
  address(): Promise<string>;
  /** Resolves with the exit code when it ends by itself, null when a signal ended it. */
  ended: Promise<number | null>;
  /** Sends the signal and resolves with the exit code, null when the signal killed it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export function startBot(place: Where, env: Env = {}, args = ['start']): Bot {
  const child = start(place, args, env);
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  let rest = '';
  let isOver = false;
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
    look();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve(code);
      look();
    });
  });
  const until = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        watchers.delete(check);
        settle();
      };
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why} ${what}. It printed:\n${lines.join('\n')}\n${stderr}`)));
      const timer = setTimeout(() => fail('Waited in vain for'), WAIT_MS);
      const check = () => {
        const found = find();
        if (found !== undefined) finish(() => resolve(found));
        else if (isOver) fail('It ended before');
      };
      watchers.add(check);
      check();
    });
  const line: Bot['line'] = (pattern, from = 0) =>
    until(String(pattern), () => lines.slice(from).find((text) => pattern.test(text)));
  return {
    pid: child.pid!,
    lines,
    stderr: () => stderr,
    line,
    tickets: (count) =>
      until(`${count} ticket lines`, () => {
        const found = lines.filter(isTicketLine);
        return found.length >= count ? found : undefined;
      }),
    ended,
    address: async () => (await line(/^Status page: /)).replace('Status page: ', ''),
    end: (signal = 'SIGINT') => {
      // A terminal's Ctrl-C reaches the whole group; other signals are sent to one process.
      process.kill(signal === 'SIGINT' ? -child.pid! : child.pid!, signal);
      return ended;
    },
  };
}

export const isTicketLine = (line: string) => /^#\d+ /.test(line);

/** `#1004 Somebody | Done: outcome by rule x | why -> what` in its parts. */
export function readTicketLine(line: string): {
  id: string;
  who: string;
  said: string;
  rule: string | null;
  why: string;
} {
  const parts = /^#(\d+) (.*?) \| (.*?)(?: by rule (\S+))? \| (.*)$/.exec(line);
  if (!parts) throw new Error(`not a ticket line: ${line}`);
  return { id: parts[1]!, who: parts[2]!, said: parts[3]!, rule: parts[4] ?? null, why: parts[5]! };
}
