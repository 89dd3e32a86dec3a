// A loopback SMTP server for tests: real sessions, with one thing going wrong at a chosen moment.
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Taken {
  from: string;
  to: string[];
  raw: string;
  secure: boolean;
  user: string | null;
}
export interface MailServer {
  port: number;
  url: string;
  /** Messages that came to their final dot and were accepted. */
  taken: Taken[];
  /** Messages of which the final dot arrived, accepted or not. */
  dots: number;
  sessions: number;
  /** Cuts every open connection. */
  cut(): void;
  close(): Promise<void>;
}

export type Mishap =
  | 'cut-at-connect'
  | 'cut-at-mail'
  | 'rcpt-450'
  | 'rcpt-550'
  | 'dot-451'
  | 'dot-554'
  | 'cut-after-dot'
  | 'hang-after-dot';

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/** Starts on a free port of 127.0.0.1. */
export async function mailServer(mishap: Mishap | null = null, options: SMTPServerOptions = {}): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const state: MailServer = {
    port: 0,
    url: '',
    taken: [],
    dots: 0,
    sessions: 0,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onMailFrom: (_address, _session, done) => (mishap === 'cut-at-mail' ? state.cut() : done()),
    onRcptTo: (_address, _session, done) => {
      if (mishap === 'rcpt-450') return done(refusal(450, 'Greylisted'));
      return mishap === 'rcpt-550' ? done(refusal(550, 'No such user')) : done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        state.dots += 1;
        if (mishap === 'dot-451') return done(refusal(451, 'Try later'));
        if (mishap === 'dot-554') return done(refusal(554, 'No'));
        const { mailFrom, rcptTo } = session.envelope;
        state.taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((to) => to.address),
          raw: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user ?? null,
        });
        if (mishap === 'cut-after-dot') return state.cut();
        if (mishap !== 'hang-after-dot') done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    state.sessions += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (mishap === 'cut-at-connect') socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.port = (server.server.address() as AddressInfo).port;
  state.url = `smtp://127.0.0.1:${state.port}`;
  return state;
}

/** Headers by lower-case name, unfolded. */
export function headersOf(raw: string): Record<string, string> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}
