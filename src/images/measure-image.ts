// Measures an image in a process of its own, with limits of bytes, memory and time.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { IMAGE_BYTES_MAX } from '../core/image-files.js';
import type { ImageSize } from './image-size.js';

export interface MeasureLimits {
  bytes: number;
  heapMb: number;
  timeoutMs: number;
}

const LIMITS: MeasureLimits = { bytes: IMAGE_BYTES_MAX, heapMb: 64, timeoutMs: 10_000 };

/** The compiled program; Node cannot start the TypeScript source, which is what runs under the test runner. */
function childProgram(): string {
  const here = import.meta.url.endsWith('.ts') ? '../../dist/images/size-child.js' : './size-child.js';
  return fileURLToPath(new URL(here, import.meta.url));
}

/** Width and height in pixels, or null when it is no image of a known kind, too large, or takes too long. Never throws. */
export function measureImage(bytes: Uint8Array, limits: MeasureLimits = LIMITS): Promise<ImageSize | null> {
  if (bytes.byteLength > limits.bytes) return Promise.resolve(null);
  return new Promise((resolve) => {
    // An empty environment: a reader of strangers' bytes needs no token of ours.
    const child = fork(childProgram(), [], {
      execArgv: [`--max-old-space-size=${limits.heapMb}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let size: ImageSize | null = null;
    const timer = setTimeout(() => child.kill('SIGKILL'), limits.timeoutMs);
    child.once('message', (answer) => {
      size = answer as ImageSize | null;
      child.disconnect();
    });
    const end = () => {
      clearTimeout(timer);
      resolve(size);
    };
    child.once('error', end);
    // Not `close`: it never comes once the channel was closed from here.
    child.once('exit', end);
    child.send(bytes, (error) => {
      if (error) child.kill('SIGKILL');
    });
  });
}
