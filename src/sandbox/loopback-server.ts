// A small HTTP server on 127.0.0.1 that answers from a function and can be told to fail the way networks and vendors do.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { applyBeforehand, damage } from './fault-answers.js';
import type { Fault, FaultKind, FaultOptions } from './faults.js';
import { FaultQueue } from './faults.js';
import { listen } from './listen.js';
import type { ReceivedRequest } from './received-request.js';

export interface LoopbackRequest extends ReceivedRequest {
  /** Path without query and without a trailing `.json`. */
  route: string;
  query: URLSearchParams;
  /** The body as it came. */
  bytes: Buffer;
  authorization: string;
  /** The fault that strikes this request, for handlers that play a part in it. */
  fault: Fault | null;
}

export interface LoopbackAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is text or bytes. */
  body: unknown;
}

export interface LoopbackOptions {
  port: number;
  /** The vendor's own clock, as its `Date` header tells; default this machine's. */
  now?: () => Date;
  handle: (request: LoopbackRequest) => LoopbackAnswer;
  /** Remembers the world and answers a function that puts it back, for answers that claim what was never stored. */
  remember: () => () => void;
  /** A client wants to speak something else than HTTP from now on; without it nobody may. */
  upgrade?: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** What a struck request is answered with, where the vendor has its own words for a status. */
  vendorError?: (status: number) => unknown;
}

export interface Loopback {
  readonly port: number;
  readonly requests: ReceivedRequest[];
  readonly faults: FaultQueue;
  fault(kind: FaultKind, options?: FaultOptions): void;
  refuse(on: boolean): Promise<void>;
  close(): Promise<void>;
}

const maxBodyBytes = 6_000_000;
const maxRequestsKept = 5_000;

/** Starts listening; a wanted port that is taken is replaced by any free one. */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const requests: ReceivedRequest[] = [];
  const faults = new FaultQueue();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((incoming, outgoing) => {
    readBody(incoming).then(
      (body) => serve({ incoming, outgoing, body, options, requests, faults, timers }),
      () => outgoing.destroy(),
    );
  });
  if (options.upgrade) server.on('upgrade', options.upgrade);
  const port = await listen(server, options.port);
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const timer of timers) clearTimeout(timer);
      if (!server.listening) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    port,
    requests,
    faults,
    fault: (kind, faultOptions) => faults.add(kind, faultOptions),
    refuse: async (on) => {
      if (on) await stop();
      else if (!server.listening) await listen(server, port);
    },
    close: stop,
  };
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  body: Buffer;
  options: LoopbackOptions;
  requests: ReceivedRequest[];
  faults: FaultQueue;
  timers: Set<NodeJS.Timeout>;
}

function serve(exchange: Exchange): void {
  const { outgoing, options, requests, faults } = exchange;
  const request = received(exchange.incoming, exchange.body.toString('utf8'));
  requests.push(request);
  if (requests.length > maxRequestsKept) requests.shift();
  const full = understood(exchange.incoming, request, exchange.body);
  full.fault = faults.take(request, (kind) => !kind.startsWith('webhook-'));
  const early = full.fault && applyBeforehand(full.fault, options.vendorError);
  if (early === 'hang') return;
  if (early) {
    if (early === 'reset') outgoing.destroy();
    else send(outgoing, early, options.now);
    return;
  }
  const putBack = full.fault?.kind === '200-not-stored' ? options.remember() : null;
  let answer: LoopbackAnswer;
  try {
    answer = options.handle(full);
  } catch (error) {
    answer = { status: 500, body: { error: 'InternalError', description: String(error) } };
  }
  putBack?.();
  if (!full.fault) send(outgoing, answer, options.now);
  else
    damage(full.fault, {
      outgoing,
      answer,
      send: (a) => send(outgoing, a, options.now),
      later: (ms, act) => {
        const timer = setTimeout(() => {
          exchange.timers.delete(timer);
          act();
        }, ms);
        exchange.timers.add(timer);
      },
    });
}

function received(incoming: IncomingMessage, body: string): ReceivedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name !== 'authorization') headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', body, headers };
}

function understood(incoming: IncomingMessage, request: ReceivedRequest, bytes: Buffer): LoopbackRequest {
  const url = new URL(request.path, 'http://sandbox.invalid');
  return {
    ...request,
    route: url.pathname.replace(/\.json$/, ''),
    query: url.searchParams,
    bytes,
    authorization: incoming.headers.authorization ?? '',
    fault: null,
  };
}

function send(outgoing: ServerResponse, answer: LoopbackAnswer, now: () => Date = () => new Date()): void {
  const isPlain = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
  const text = isPlain ? (answer.body as string | Buffer) : JSON.stringify(answer.body);
  const type = typeof answer.body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  outgoing.writeHead(answer.status, { date: now().toUTCString(), 'content-type': type, ...answer.headers });
  outgoing.end(text);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes) throw new Error('too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
