// The log: pino, with every line masked and made harmless at the one place where lines leave.
import pino, { type DestinationStream, type Logger } from 'pino';
import { createMask } from './mask.js';
import type { Log } from './ports.js';

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Lines for people instead of JSON. */
  pretty: boolean;
  /** Exact values from the settings that must never be written, in any spelling. */
  secrets?: readonly string[];
  /** Where lines go; standard output when left out. */
  destination?: DestinationStream;
}

/** `pino` is for libraries that want a pino logger; it goes through the same mask. */
export type UsherLog = Log & { pino: Logger };

/**
 * Masks at the sink: message, fields, bindings, error texts and stacks, also those of child loggers and libraries.
 * No call site has to remember. What cannot be read as a line of JSON is masked as text.
 */
export function createLog(options: LogOptions): UsherLog {
  const mask = createMask(options.secrets);
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => masked(line, mask, options.pretty) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    pino: logger,
  };
}

function masked(line: string, mask: (value: unknown) => unknown, pretty: boolean): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    entry = { level: 'error', time: new Date().toISOString(), msg: line };
  }
  const clean = mask(entry) as Record<string, unknown>;
  return `${pretty ? forPeople(clean) : JSON.stringify(clean)}\n`;
}

/** `14:02:11 warn  The message  ticket=42 rule=may-integrate`, with an error's stack indented below. */
function forPeople({ level, time, msg, err, ...fields }: Record<string, unknown>): string {
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`);
  const head = [clock, String(level).padEnd(5), msg, ...rest]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const { stack, message } = (typeof err === 'object' && err !== null ? err : {}) as Record<string, unknown>;
  const trouble = typeof stack === 'string' ? stack : message === undefined ? '' : String(message);
  return trouble === '' ? head : `${head}\n${trouble.replace(/^/gm, '    ')}`;
}

function plain(value: unknown): string {
  return typeof value === 'string' && /^[^\s="]+$/.test(value) ? value : JSON.stringify(value);
}
