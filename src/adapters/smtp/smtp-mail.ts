// The SMTP adapter: one mail, one recipient, one connection, and an honest answer about what became of it.
import type { Mail, Outcome, OutgoingMail } from '../../ports.js';
import { ProblemError, problem, visible } from '../../problem.js';
import { isPrivateAddress, openSocket, reachOf } from '../network.js';
import { compose, messageIdOf, type Sender } from './compose.js';
import { type Delivery, deliver, type Server } from './deliver.js';
import { strictAddress } from './mail-address.js';

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://host`. */
  url: string;
  from: Sender;
  replyTo?: Sender;
  /** Permits unencrypted connections and private addresses: on-premise relays, tests, the sandbox. */
  allowPrivateNetwork?: boolean;
  /** For connecting, greeting and every answer but the last, in milliseconds. */
  timeoutMs?: number;
  /** For the answer to the final dot: servers may take minutes there. */
  dotTimeoutMs?: number;
  /** Extra trusted certificates (PEM). */
  ca?: string;
}

const TIMEOUT_MS = 10_000;
const DOT_TIMEOUT_MS = 120_000;
const MARK = /^[A-Za-z0-9._-]{1,120}$/;

/** A mail sender. Throws ProblemError for a url or sender that cannot work; connects only when sending. */
export function smtpMail(options: SmtpOptions): Mail {
  const server = serverOf(options);
  const from = { ...options.from, address: ownAddress(options.from.address, 'MAIL_FROM') };
  const replyTo = options.replyTo
    ? { ...options.replyTo, address: ownAddress(options.replyTo.address, 'the reply address') }
    : null;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);

  return {
    async send(mail: OutgoingMail, beforeDot: () => Promise<void>): Promise<Outcome> {
      const to = strictAddress(mail.to.address);
      if (to === null) return { kind: 'refused', code: 'address', reason: 'Not one plain mail address' };
      if (!MARK.test(mail.mark))
        return { kind: 'refused', code: 'mark', reason: 'Not a mark that a Message-ID can carry' };
      const bytes = await compose(mail, to, { from, replyTo, domain });
      const delivery = await deliver(server, { from: from.address, to, bytes }, beforeDot);
      return classifyDelivery(delivery, { to, messageId: messageIdOf(mail.mark, domain) });
    },
  };
}

/** What a delivery means: an answer with a number decides; without one, the dot does. */
export function classifyDelivery(delivery: Delivery, sent: { to: string; messageId: string }): Outcome {
  const { phase, result } = delivery;
  if (!('error' in result)) {
    const response = visible(result.response).slice(0, 200);
    if (result.accepted.some((address) => address.toLowerCase() === sent.to.toLowerCase())) {
      return { kind: 'done', receipt: { messageId: sent.messageId, response } };
    }
    return { kind: 'refused', code: 'rejected', reason: `The recipient was not accepted: ${response}` };
  }
  const { responseCode: number = 0, code = 'failed', command = '', response } = result.error;
  const reason = `${code}${command ? ` at ${command}` : ''}${response ? `: ${visible(response).slice(0, 200)}` : ''}`;
  // No encryption, no mail: nothing was handed over, whatever number came with it.
  if (code === 'ETLS') return { kind: 'not-sent', code, reason };
  if (number >= 400 && number <= 499) return { kind: 'not-sent', code: String(number), reason };
  if (number >= 500 && number <= 599) return { kind: 'refused', code: String(number), reason };
  // The vendor's error is the same before and after the dot (`ECONNECTION`): only our own phase tells them apart.
  return phase === 'dot' ? { kind: 'unknown', reason } : { kind: 'not-sent', code, reason };
}

/** Where and how to connect. Throws ProblemError for an address that cannot work. */
export function serverOf(options: SmtpOptions): Server {
  const bad = (code: string, message: string, fix: string) => new ProblemError(problem(code, message, fix));
  const url = URL.canParse(options.url) ? new URL(options.url) : null;
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw bad('smtp-url', 'SMTP_URL is not an address', 'Write it like smtp://user:password@mail.example:587');
  }
  const allowPrivate = options.allowPrivateNetwork ?? false;
  const reach = reachOf(url, allowPrivate);
  const { host } = reach;
  if (!allowPrivate && isPrivateAddress(host)) {
    throw bad(
      'url-private',
      'SMTP_URL points into a private network',
      'Set ALLOW_PRIVATE_NETWORK=true if that is meant',
    );
  }
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const dotTimeoutMs = options.dotTimeoutMs ?? DOT_TIMEOUT_MS;
  const isSecure = url.protocol === 'smtps:';
  const port = Number(url.port) || (isSecure ? 465 : 587);
  return {
    open: () => openSocket(reach, port, timeoutMs),
    connection: {
      host,
      port,
      secure: isSecure,
      // STARTTLS is taken wherever it is offered; elsewhere than at home its absence ends the attempt.
      requireTLS: !isSecure && !allowPrivate,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: 2 * (timeoutMs + dotTimeoutMs),
      ...(options.ca ? { tls: { ca: options.ca } } : {}),
    },
    timeoutMs,
    dotTimeoutMs,
    login: url.username ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } : null,
  };
}

/** An address of our own, checked. Throws ProblemError. */
export function ownAddress(address: string, setting: string): string {
  const strict = strictAddress(address);
  if (strict !== null) return strict;
  throw new ProblemError(
    problem('mail-address', `${setting} is not one plain mail address`, 'Write it like support@acme.example'),
  );
}
