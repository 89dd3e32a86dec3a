// Faults a sandbox server can be told to show: which kinds there are, and the queue that hands them out.

/** What goes wrong with one request. `applied` kinds do the work first; all others leave the world as it was. */
export type FaultKind =
  | 'reset-before'
  | 'hang-before'
  | 'applied-then-reset'
  | 'applied-then-hang'
  | '500'
  | '500-applied'
  | '502-html'
  | '503'
  | '503-applied'
  /** A login page with status 200; nothing applied. */
  | '200-html'
  /** The answer of success, yet nothing is stored. */
  | '200-not-stored'
  /** Applied; the answer names another ticket (or channel). */
  | '200-other-id'
  | '301'
  | '400'
  | '401'
  | '403'
  | '404'
  | '409'
  | '422'
  | '429'
  | '429-date'
  | '429-absurd'
  | '429-no-header'
  /** Applied; the connection ends in the middle of the answer. */
  | 'truncated'
  /** Applied; answered after `delayMs`. */
  | 'slow'
  /** Zendesk: the audits and comments read back lack the newest entry. */
  | 'stale-audits'
  /** Zendesk: 200, comment stored, custom fields silently left out. */
  | 'fields-ignored'
  /** Zendesk: export rows come twice. */
  | 'repeat-rows'
  /** Slack: 200 with `ok: false` and `error`; nothing posted. */
  | 'slack-error'
  /** Slack: the same answer, yet posted. */
  | 'slack-error-applied'
  /** Zendesk webhooks: lost, sent twice, sent after the next one, or with a wrong signature. */
  | 'webhook-lost'
  | 'webhook-duplicate'
  | 'webhook-late'
  | 'webhook-forged';

export interface FaultOptions {
  /** How many requests it strikes; default 1. */
  times?: number;
  /** Part of `METHOD /path?query` (text or pattern), or a test of method and path. Webhook faults compare the event type. Default: any. */
  match?: string | RegExp | ((request: { method: string; path: string; body: string }) => boolean);
  /** For `slow`; default 1000. */
  delayMs?: number;
  /** For `429`: seconds; default 1. */
  retryAfterSeconds?: number;
  /** For `slack-error`; default `fatal_error`. */
  error?: string;
}

export interface Fault extends FaultOptions {
  kind: FaultKind;
  left: number;
}

/** Faults in the order they were asked for; each strikes `times` matching requests. */
export class FaultQueue {
  readonly #faults: Fault[] = [];

  add(kind: FaultKind, options: FaultOptions = {}): void {
    this.#faults.push({ ...options, kind, left: options.times ?? 1 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The first fault that fits, used up by one; null when none does. `kinds` limits the choice. */
  take(
    request: { method: string; path: string; body: string },
    accept: (kind: FaultKind) => boolean = () => true,
  ): Fault | null {
    const fault = this.#faults.find((f) => f.left > 0 && accept(f.kind) && fits(f, request));
    if (!fault) return null;
    fault.left -= 1;
    return fault;
  }
}

function fits(fault: Fault, request: { method: string; path: string; body: string }): boolean {
  const key = `${request.method} ${request.path}`;
  const { match } = fault;
  if (match === undefined) return true;
  if (typeof match === 'string') return key.includes(match);
  return match instanceof RegExp ? match.test(key) : match(request);
}
