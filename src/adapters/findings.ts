// Makes findings of one area, and puts into words why a connection did not come to stand.
import type { Finding } from '../ports.js';
import { ProblemError, visible } from '../problem.js';

export interface FindingMaker {
  ok(what: string): Finding;
  warning(what: string, fix: string): Finding;
  error(what: string, fix: string): Finding;
}

/** What comes from outside is made visible: it may hold control characters. */
export function findingsIn(area: string): FindingMaker {
  const make = (level: Finding['level'], what: string, fix: string): Finding => ({
    area,
    level,
    what: visible(what),
    fix: visible(fix),
  });
  return {
    ok: (what) => make('ok', what, ''),
    warning: (what, fix) => make('warning', what, fix),
    error: (what, fix) => make('error', what, fix),
  };
}

const AGAIN = 'Run this again; if it stays, look whether the far side works';

/** Runs one part of a probe; the Problems it throws become findings of that level, with `fix` in place of their own where given. */
export async function guarded(
  make: (what: string, fix: string) => Finding,
  work: () => Promise<Finding[]>,
  fix?: string,
): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // "It is tried again by itself" is true of the bot, not of a probe.
    return error.problems.map((p) => make(p.message, fix ?? (p.family === 'network' ? AGAIN : p.fix)));
  }
}

type Words = [why: string, fix: string];

const NAME: Words = ['its name is not known', 'Check the address for a mistyped name, and the DNS of this machine'];
const AWAY: Words = ['nobody answers there', 'Check address and port, and that no firewall stands between'];
const SLOW: Words = [
  'no answer came in time',
  'Look whether the far side works, and whether a firewall swallows packets',
];
const TLS: Words = [
  'its certificate is not trusted',
  'Check the address; for a certificate authority of your own set NODE_EXTRA_CA_CERTS',
];
const CUT: Words = ['the connection was cut', 'Look whether a proxy or firewall stands between, and try again'];
const PRIVATE: Words = ['its name leads to a private address', 'Set ALLOW_PRIVATE_NETWORK=true if that is meant'];

const BY_CODE: Record<string, Words> = {
  ENOTFOUND: NAME,
  EAI_AGAIN: NAME,
  EAI_FAIL: NAME,
  EDNS: NAME,
  ECONNREFUSED: AWAY,
  ENETUNREACH: AWAY,
  EHOSTUNREACH: AWAY,
  EADDRNOTAVAIL: AWAY,
  ETIMEDOUT: SLOW,
  ETIME: SLOW,
  ECONNABORTED: SLOW,
  ERR_CANCELED: SLOW,
  TimeoutError: SLOW,
  AbortError: SLOW,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ESOCKET: CUT,
  ECONNECTION: CUT,
  EPRIVATE: PRIVATE,
};

/** Why a connection failed and what to do, from the network's or TLS's code; codes we do not know are named. */
export function connectionWords(code: string): { why: string; fix: string } {
  const isTls = /CERT|SSL|TLS|UNABLE_TO|SELF_SIGNED|SIGNATURE/.test(code);
  const [why, fix] = BY_CODE[code] ?? (isTls ? TLS : ['it could not be reached', AWAY[1]]);
  return { why: `${why} (${code})`, fix };
}
