// Tells loopback from the world, and reads the host a request was sent to.
import { isIPv4 } from 'node:net';
import { type Problem, problem } from '../problem.js';

/** Whether a host to bind to, or a Host header's name, can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/** The name in a Host header without its port, lower case; null when it is missing or not a host. */
export function hostName(header: string | undefined): string | null {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? '');
  return found ? found[1]!.toLowerCase() : null;
}

/** For an address that others can reach, without a password. */
export function passwordNeeded(host: string): Problem {
  return problem(
    'console-password-needed',
    `HOST is ${host}, which others can reach, and the console has no password`,
    'Set CONSOLE_PASSWORD, or set HOST to 127.0.0.1',
  );
}
