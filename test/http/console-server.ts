// A console on sample data for tests: starts on a free loopback port and records what was asked of it.
import type { HttpOptions, SandboxTicket } from '../../src/http/http-options.js';
import { startHttp } from '../../src/http/server.js';
import type { Log } from '../../src/ports.js';
import { SampleViews, sampleLists, sampleNow, sampleReceived } from './sample-views.js';

export interface LogLine {
  level: string;
  fields: object;
  message: string;
}

export interface TestConsole {
  address: string;
  views: SampleViews;
  /** `settle CASE STEP HOW BY`, `resume CASE BY`. */
  acts: string[];
  filed: SandboxTicket[];
  log: LogLine[];
  close(): Promise<void>;
}

/** Starts it; `change` replaces any option. */
export async function startTestConsole(change: Partial<HttpOptions> = {}): Promise<TestConsole> {
  const views = new SampleViews();
  const acts: string[] = [];
  const filed: SandboxTicket[] = [];
  const log: LogLine[] = [];
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    views,
    lists: async () => sampleLists,
    problems: () => [],
    ready: async () => ({ ok: true, reasons: [] }),
    webhooks: {},
    actions: {
      settle: async (...what) => void acts.push(`settle ${what.join(' ')}`),
      resume: async (...what) => void acts.push(`resume ${what.join(' ')}`),
    },
    sandbox: {
      views: () => sampleReceived,
      fileTicket: async (ticket) => {
        filed.push(ticket);
        const id = String(6000 + filed.length);
        views.file(id, ticket.subject);
        return id;
      },
      examples: [
        {
          label: 'An approved seller',
          ticket: {
            name: 'Ben',
            email: 'ben@sunbelt.example',
            organization: 'Sun Belt Solar',
            company: '',
            state: 'TX',
            subject: 'API access',
            body: 'Please.',
          },
        },
      ],
    },
    mode: 'sandbox',
    log: recorder(log),
    now: () => sampleNow,
    ...change,
  });
  return { ...server, views, acts, filed, log };
}

/** Fetches a page and the cookies it sets; redirects are not followed. */
export async function visit(url: string, init: RequestInit & { cookie?: string } = {}) {
  const headers = new Headers(init.headers);
  if (init.cookie) headers.set('cookie', init.cookie);
  const answer = await fetch(url, { redirect: 'manual', ...init, headers });
  const text = await answer.text();
  const cookie = answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
  const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  return { status: answer.status, headers: answer.headers, text, cookie, token };
}

/** Posts a form. */
export function post(
  url: string,
  fields: Record<string, string>,
  cookie: string,
  headers: Record<string, string> = {},
) {
  return visit(url, { method: 'POST', body: new URLSearchParams(fields), cookie, headers });
}

function recorder(lines: LogLine[]): Log {
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
