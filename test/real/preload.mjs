// Preloaded into a real bot (`node --import`): lets it die or stall at a checkpoint and shortens its waits. The program itself has no such switch.
import { register } from 'node:module';

/** Rewrites the two lines in which a built program passes its checkpoints; there is nothing else to hold on to. */
const hooks = `
  const PLACES = /\\/dist\\/app(\\/flow-deps)?\\.js$/;
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!PLACES.test(url)) return loaded;
    const text = String(loaded.source);
    const changed = text.replace(/checkpoint: async \\(\\) => \\{\\s*\\}/, 'checkpoint: globalThis.usherCheckpoint');
    if (changed === text) throw new Error(url + ' passes its checkpoints differently now');
    return { ...loaded, source: changed };
  }`;

/** `timing` replaces durations of the flow; at the nth pass of `at` (by one of the cases `of`, if given) it dies, or its only thread stands still for `stallMs`. */
async function prepare({ dist, timing, at, nth = 1, of, stallMs }) {
  const { TIMING } = await import(`${dist}flow/deps.js`);
  Object.assign(TIMING, timing);
  let left = nth;
  globalThis.usherCheckpoint = async (name, caseId) => {
    if (name !== at || (of && !of.includes(caseId)) || --left !== 0) return;
    if (stallMs === undefined) process.kill(process.pid, 'SIGKILL');
    process.stdout.write(`Stalled at ${name}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
    process.stdout.write(`Awake after ${name}\n`);
  };
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

// Children that read spreadsheets inherit the preload; they have no checkpoints.
if (process.env.USHER_REAL && process.argv[1]?.endsWith('main.js')) await prepare(JSON.parse(process.env.USHER_REAL));
