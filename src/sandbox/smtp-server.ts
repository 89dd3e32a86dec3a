// Starts a loopback SMTP server that keeps what it takes.
import { createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { listen } from './listen.js';
import { readMail } from './mail-parts.js';
import type { ReceivedMail, SmtpFaultKind, SmtpOptions, SmtpSandbox, SmtpState } from './smtp-types.js';

export type * from './smtp-types.js';

interface Waiting {
  kind: SmtpFaultKind;
  left: number;
  /** Part of the recipient's address; any when absent. */
  to?: string;
}

/** Listens on 127.0.0.1, without TLS; credentials are accepted, never asked for. */
export async function startSmtpSandbox(options: SmtpOptions = {}): Promise<SmtpSandbox> {
  const post = new PostOffice(options);
  const sockets = new Map<number, Socket>();
  const smtp = protocol(post, (session) => sockets.get(session.remotePort)?.destroy());
  // A client that dies in the middle resets its connection: that is its affair, and must not end the sandbox.
  smtp.on('error', () => {});
  let sessions = 0;
  const server = createServer((socket) => {
    sessions += 1;
    socket.on('error', () => socket.destroy());
    if (post.take('drop-at-connect')) {
      socket.destroy();
      return;
    }
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
    smtp.connect(socket);
  });
  const port = await listen(server, options.port ?? 0);
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets.values()) socket.destroy();
      if (server.listening) server.close(() => resolve());
      else resolve();
    });
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    get sessions() {
      return sessions;
    },
    get envelopes() {
      return post.envelopes;
    },
    state: () => post.state,
    mails: () => structuredClone(post.state.mails),
    fault: (kind, { times = 1, to } = {}) => post.faults.push({ kind, left: times, to }),
    clearFaults: () => post.faults.splice(0),
    refuse: async (on) => {
      if (on) await stop();
      else if (!server.listening) await listen(server, port);
    },
    close: stop,
  };
}

/** What was taken, and which faults wait. */
class PostOffice {
  readonly state: SmtpState;
  readonly faults: Waiting[] = [];
  envelopes = 0;
  readonly #options: SmtpOptions;

  constructor(options: SmtpOptions) {
    this.#options = options;
    this.state = options.state ?? { nextId: 1, mails: [] };
  }

  /** Uses up one fault of that kind that fits the recipients. */
  take(kind: SmtpFaultKind, recipients: string[] = []): boolean {
    const fits = (f: Waiting) => f.to === undefined || recipients.some((r) => r.includes(f.to!));
    const fault = this.faults.find((f) => f.kind === kind && f.left > 0 && fits(f));
    if (fault) fault.left -= 1;
    return fault !== undefined;
  }

  store(raw: string, envelope: ReceivedMail['envelope']): string {
    const { headers, text, html } = readMail(raw);
    const id = `Q${this.state.nextId++}`;
    this.state.mails.push({
      id,
      at: (this.#options.now?.() ?? new Date()).toISOString(),
      envelope,
      raw,
      headers,
      messageId: headers['message-id'] ?? '',
      subject: headers.subject ?? '',
      text,
      html,
    });
    this.#options.onChange?.();
    return id;
  }
}

function protocol(post: PostOffice, drop: (session: SMTPServerSession) => void): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    banner: 'sandbox',
    onAuth: (auth, _session, callback) => {
      if (post.take('refuse-auth')) callback(refusal(535, '5.7.8 Authentication credentials invalid'));
      else callback(null, { user: auth.username ?? 'sandbox' });
    },
    onMailFrom: (_address, session, callback) => {
      post.envelopes += 1;
      if (post.take('drop-before-mail')) drop(session);
      else callback();
    },
    onRcptTo: ({ address }, session, callback) => {
      const isSecond = session.envelope.rcptTo.length > 0;
      if (post.take('greylist', [address])) callback(refusal(450, '4.7.1 Greylisted, try again later'));
      else if (post.take('reject', [address])) callback(refusal(550, '5.1.1 No such user here'));
      else if (isSecond && post.take('partial-reject', [address])) callback(refusal(550, '5.1.1 No such user here'));
      else callback();
    },
    onData: (stream, session, callback) => {
      readAll(stream).then(
        (raw) => afterDot(post, raw, session, { callback, drop: () => drop(session) }),
        (error: Error) => callback(error),
      );
    },
  });
}

interface Reply {
  callback: (error?: Error | null, message?: string) => void;
  drop: () => void;
}

function afterDot(post: PostOffice, raw: string, session: SMTPServerSession, { callback, drop }: Reply): void {
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((r) => r.address) };
  const strikes = (kind: SmtpFaultKind) => post.take(kind, envelope.to);
  if (strikes('temporary-after-dot')) callback(refusal(451, '4.3.0 Try again later'));
  else if (strikes('refuse-after-dot')) callback(refusal(554, '5.7.1 Message refused'));
  else if (strikes('drop-after-dot-lost')) drop();
  else {
    const id = post.store(raw, envelope);
    if (strikes('drop-after-dot')) drop();
    else if (!strikes('hang-after-dot')) callback(null, `2.0.0 queued as ${id}`);
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function readAll(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}
