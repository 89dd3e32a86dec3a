// What the HTTP side is given: the webhook's door, readiness, and the sandbox's side of the status page.

import { verifyZendeskSignature } from '../adapters/helpdesk/zendesk/signature.js';
import { readWebhook } from '../adapters/helpdesk/zendesk/webhook.js';
import type { FlowDeps } from '../flow/deps.js';
import { type SightingDeps, sightByWebhook } from '../flow/intake.js';
import type { SandboxSide, WebhookCounts, WebhookDoor } from '../http/http-options.js';
import type { Ledger } from '../ledger.js';
import { ProblemError } from '../problem.js';
import { exampleTickets } from '../sandbox/example-tickets.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import type { Database } from '../storage/pool.js';

export const noWebhooks = (): WebhookCounts => ({ taken: 0, repeated: 0, refused: {}, limited: 0 });

export type DoorDeps = SightingDeps & Pick<FlowDeps, 'clock' | 'log' | 'digest'>;

export interface ZendeskDoorOptions {
  /** Without one there is no door. */
  secret: string | undefined;
  /** Permits the secret that everybody knows: the sandbox only. */
  allowTestSecret: boolean;
  counts?: WebhookCounts;
}

/** Signature first, on the raw bytes; then only the ticket's id is read; the row is committed before the answer. */
export function zendeskDoor(deps: DoorDeps, options: ZendeskDoorOptions): WebhookDoor | undefined {
  const { secret, allowTestSecret, counts = noWebhooks() } = options;
  if (!secret) return undefined;
  const refuse = (reason: string) => {
    counts.refused[reason] = (counts.refused[reason] ?? 0) + 1;
    deps.log.warn({ reason }, 'a webhook was refused');
  };
  return async ({ headers, rawBody }) => {
    const signature = headers['x-zendesk-webhook-signature'];
    const verdict = verifyZendeskSignature({
      secret,
      timestamp: headers['x-zendesk-webhook-signature-timestamp'],
      signature,
      rawBody,
      now: deps.clock.now().getTime(),
      allowTestSecret,
    });
    if (!verdict.ok) {
      refuse(verdict.reason);
      return { status: 401 };
    }
    const hint = readWebhook(parseJson(rawBody));
    if (!hint) {
      refuse('no-ticket');
      return { status: 400, body: 'no ticket is named' };
    }
    // The id of the delivery stands in an unsigned header: the signature itself proves that a captured one comes again.
    const proof = deps.digest(String(signature));
    const invocation = headers['x-zendesk-webhook-invocation-id'];
    const deliveryId =
      hint.eventId ?? (typeof invocation === 'string' && invocation !== '' ? invocation.slice(0, 200) : proof);
    counts.taken += 1;
    await sightByWebhook(deps, hint.ticketId, deliveryId, {
      proof,
      onRepeat(caseId) {
        counts.repeated += 1;
        deps.log.info({ case: caseId }, 'a webhook came again, and changed nothing');
      },
    });
    return { status: 200 };
  };
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return null;
  }
}

export async function readiness(db: Database, ledger: Ledger): Promise<{ ok: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  try {
    await checkClockSkew(db);
    const breaker = await ledger.breaker();
    if (breaker) reasons.push(`All sending is stopped: ${breaker.reason}`);
  } catch (error) {
    reasons.push(error instanceof ProblemError ? error.problems[0]!.message : 'The database does not answer');
  }
  return { ok: reasons.length === 0, reasons };
}

/** The sandbox as its page shows it. */
export function sandboxSide(sandbox: Sandbox): SandboxSide {
  return {
    views() {
      const seen = sandbox.views();
      return {
        replies: seen.customers
          .flatMap((c) =>
            c.messages
              .filter((m) => m.by === 'usher')
              .map((m) => ({ at: m.at, ticketId: c.ticketId, to: c.email, subject: c.subject, text: m.text })),
          )
          .sort((a, b) => b.at.localeCompare(a.at)),
        mails: seen.mails.map((m) => ({ at: m.at, to: m.to.join(', '), subject: m.subject, text: m.text })).reverse(),
        posts: seen.slack
          .flatMap((s) => s.posts.map((p) => ({ ...p, channel: s.channel })))
          .sort((a, b) => b.at.localeCompare(a.at)),
        told: sandbox.others
          .state()
          .records.map(({ at, system, request = '', id, content }) => ({
            ...{ at, system, request, answer: id },
            text: JSON.stringify(content, null, 1),
          }))
          .reverse(),
        files: seen.files.reverse(),
        whispers: seen.whispers.reverse(),
      };
    },
    async clicks({ channel, ts, action }) {
      await sandbox.slack.people.clicks(channel, ts, action);
    },
    async types(text) {
      await sandbox.slack.people.types(text);
    },
    async fileTicket(ticket) {
      return sandbox.fileTicket(ticket);
    },
    examples: exampleTickets,
  };
}
