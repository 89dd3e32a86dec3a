// Runs probes side by side, each within a time limit: whatever happens to one, the others finish and no secret is shown.
import { hideSecrets } from '../mask.js';
import type { Finding, Probe } from '../ports.js';
import { ProblemError, visible } from '../problem.js';
import { type Settings, secretValues } from '../settings.js';

/** Longer than the slowest single request (10 s) and what comes before it. */
export const PROBE_LIMIT_MS = 30_000;

export interface RunOptions {
  /** Values that must not stand in any finding. */
  secrets: readonly string[];
  limitMs?: number;
}

/** All findings, in the order of the probes. Never rejects. */
export async function runProbes(probes: Probe[], options: RunOptions): Promise<Finding[]> {
  const found = await Promise.all(probes.map((probe) => runOne(probe, options.limitMs ?? PROBE_LIMIT_MS)));
  return found.flat().map((finding) => ({
    ...finding,
    what: hideSecrets(finding.what, options.secrets),
    fix: hideSecrets(finding.fix, options.secrets),
  }));
}

async function runOne(probe: Probe, limitMs: number): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Finding[]>((resolve) => {
    const what = `It did not answer all questions within ${limitMs / 1000} s`;
    const late: Finding = { area: probe.name, level: 'error', what, fix: 'Look whether it works, and run this again' };
    timer = setTimeout(() => resolve([late]), limitMs);
  });
  try {
    return await Promise.race([probe.run(), tooLate]);
  } catch (error) {
    return failure(probe.name, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Problems as they are; anything else is our own mistake, and said so. */
export function failure(area: string, error: unknown): Finding[] {
  if (error instanceof ProblemError)
    return error.problems.map((p) => ({ area, level: 'error', what: visible(p.message), fix: visible(p.fix) }));
  const what = `This check failed: ${visible(error instanceof Error ? error.message : String(error))}`;
  return [{ area, level: 'error', what, fix: 'This is a bug in Usher: please report it' }];
}

/** Every secret of the settings, also the passwords inside addresses. */
export function secretsOf(settings: Settings): string[] {
  const inside = [settings.SMTP_URL, settings.DATABASE_URL, settings.QUEUE_URL].flatMap((text) => {
    const password = text && URL.canParse(text) ? new URL(text).password : '';
    return password === '' ? [] : [password, decoded(password)];
  });
  return [...secretValues(settings), ...inside];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
