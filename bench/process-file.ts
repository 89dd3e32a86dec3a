// Starts one of the bench's own files as a process of its own and asks it one thing at a time.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a started file answers: handlers by name, told to `serveParent`. */
export type Handlers = Record<string, (argument: never) => unknown>;

export interface Helper {
  pid: number;
  ask<T>(name: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

interface Asked {
  id: number;
  name: string;
  argument: unknown;
}
interface Answered {
  id: number;
  result?: unknown;
  error?: string;
}

/** `name` is a sibling's file name ending in `.js`. */
export async function startHelper(name: string): Promise<Helper> {
  const child: ChildProcess = fork(fileURLToPath(new URL(name, import.meta.url)), {
    execArgv: process.env.BENCH_HELPER_OPTIONS?.split(' ') ?? [],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', ({ id, result, error }: Answered) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) one?.reject(new Error(`${name}: ${error}`));
    else one?.resolve(result);
  });
  child.once('exit', (code) => {
    for (const one of waiting.values()) one.reject(new Error(`${name} ended with ${code}`));
  });
  return {
    pid: child.pid!,
    ask: <T>(asked: string, argument: unknown = null) =>
      new Promise<T>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, name: asked, argument } satisfies Asked);
      }),
    async stop() {
      if (child.exitCode !== null) return;
      const over = once(child, 'exit');
      child.disconnect();
      await over;
    },
  };
}

/** In the started file: answers what the parent asks, until the parent is gone. */
export function serveParent(handlers: Handlers): void {
  process.once('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, argument }: Asked) => {
    Promise.resolve()
      .then(() => handlers[name]!(argument as never))
      .then(
        (result) => process.send?.({ id, result } satisfies Answered),
        (error) => process.send?.({ id, error: String(error?.stack ?? error) } satisfies Answered),
      );
  });
}
