// A stand-in for the systems that rules speak to and for subscribers: it keeps records by Idempotency-Key, and what it was told.
import { startLoopback } from './loopback-server.js';
import type { ReceivedRequest } from './received-request.js';
import { greyPng } from './zendesk-files.js';

/** A record that a request made: the same key again finds it. */
export interface OtherRecord {
  id: string;
  /** First part of the path: which system it was meant for. */
  system: string;
  key: string;
  /** `PUT /projects/P-7`, below the system; a record kept by an older release has none. */
  request?: string;
  at: string;
  content: unknown;
}

export interface OtherSystemsState {
  records: OtherRecord[];
}

export interface OtherSystems {
  /** Without a slash at the end; the name of the system follows. */
  url: string;
  port: number;
  requests: ReceivedRequest[];
  state(): OtherSystemsState;
  fault: Awaited<ReturnType<typeof startLoopback>>['fault'];
  close(): Promise<void>;
}

export interface OtherSystemsOptions {
  port?: number;
  state?: OtherSystemsState;
  onChange?: () => void;
  now?: () => Date;
}

/** Listens on 127.0.0.1. A POST, PUT or PATCH makes a record and answers its id; a GET answers the latest one, or a file of that ending. */
export async function startOtherSystems(options: OtherSystemsOptions = {}): Promise<OtherSystems> {
  let state: OtherSystemsState = options.state ?? { records: [] };
  const now = options.now ?? (() => new Date());
  const loopback = await startLoopback({
    port: options.port ?? 0,
    now,
    remember: () => {
      const before = structuredClone(state);
      return () => {
        state = before;
        options.onChange?.();
      };
    },
    handle({ method, route, headers, body }) {
      const system = route.split('/')[1] ?? '';
      const mine = state.records.filter((r) => r.system === system);
      const latest = mine.at(-1);
      if (method === 'GET' && route.endsWith('.png')) return fileAnswer('image/png', greyPng(320, 200));
      if (method === 'GET' && route.endsWith('.dxf')) return fileAnswer('image/vnd.dxf', Buffer.from(DXF));
      if (method === 'GET') return latest ? answer(200, latest) : { status: 404, body: { error: 'nothing here' } };
      const key = headers['idempotency-key'] ?? headers['webhook-id'] ?? '';
      const known = key === '' ? undefined : mine.find((r) => r.key === key);
      if (known) return answer(200, known);
      const id = String(1_000 + state.records.length);
      const request = `${method} ${route.slice(system.length + 1)}`;
      const made = { id, system, key, request, at: now().toISOString(), content: parsed(body) };
      state.records.push(made);
      options.onChange?.();
      return answer(201, made);
    },
  });
  return {
    url: `http://127.0.0.1:${loopback.port}`,
    port: loopback.port,
    requests: loopback.requests,
    state: () => state,
    fault: loopback.fault,
    close: () => loopback.close(),
  };
}

function answer(status: number, { id, content }: OtherRecord) {
  return { status, headers: { 'content-type': 'application/json' }, body: { data: { id, content } } };
}

/** The smallest drawing: a header without anything. */
const DXF = '  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n';

const fileAnswer = (type: string, body: Buffer) => ({ status: 200, headers: { 'content-type': type }, body });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
