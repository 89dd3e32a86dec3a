// Tests the mail server for `usher doctor`: connects, encrypts, logs in and leaves again. No envelope is ever begun.
import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Finding, Probe } from '../../ports.js';
import { ProblemError } from '../../problem.js';
import { connectionWords, type FindingMaker, findingsIn } from '../findings.js';
import type { DeliveryError } from './deliver.js';
import { ownAddress, type SmtpOptions, serverOf } from './smtp-mail.js';

const AREA = 'Mail';

export function smtpProbe(options: SmtpOptions): Probe {
  return { name: AREA, run: () => run(options) };
}

async function run(options: SmtpOptions): Promise<Finding[]> {
  const say = findingsIn(AREA);
  try {
    const { open, connection, login, timeoutMs } = serverOf(options);
    ownAddress(options.from.address, 'MAIL_FROM');
    const where = `${connection.host}:${connection.port}`;
    // `forceAuth`: a server that takes no login where one is set would only be noticed when sending.
    const transport = createTransport({
      ...connection,
      socketTimeout: timeoutMs,
      getSocket: (_options: unknown, done: (error: Error | null, found: { connection: Socket } | false) => void) =>
        void open().then(
          (socket) => done(null, { connection: socket }),
          (error: Error) => done(error, false),
        ),
      ...(login ? { auth: login, forceAuth: true } : {}),
    });
    try {
      await transport.verify();
    } catch (error) {
      return [refusal(error as DeliveryError, where, say)];
    } finally {
      transport.close();
    }
    return [say.ok(`${where} answers${login ? ' and accepts the login' : ' (no login is set)'}`)];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map((p) => say.error(p.message, p.fix));
    throw error;
  }
}

function refusal(error: DeliveryError, where: string, say: FindingMaker): Finding {
  const { code = 'failed', responseCode: number } = error;
  if (code === 'EAUTH' || number === 535)
    return say.error(
      `${where} refuses the login${number ? ` (${number})` : ''}`,
      'Check user and password in SMTP_URL; special characters are percent-encoded',
    );
  if (code === 'ETLS')
    return say.error(
      `${where} does not encrypt, or not with a certificate that is trusted (${code})`,
      'Use smtps:// or a server with STARTTLS; ALLOW_PRIVATE_NETWORK=true permits plain connections at home',
    );
  if (number !== undefined)
    return say.error(
      `${where} does not let us in (${number})`,
      'Ask whoever runs the mail server to let this machine in',
    );
  // The vendor says only "socket" or "connection"; the system's own code tells a name from a certificate.
  const own = (error as { originalCode?: unknown }).originalCode;
  const { why, fix } = connectionWords(typeof own === 'string' ? own : code);
  return say.error(`${where} cannot be reached: ${why}`, `${fix} (SMTP_URL)`);
}
