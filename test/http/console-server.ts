// A console on sample data for tests: starts on a free loopback port and records what was asked of it.

import type { ShadowReport } from '../../src/core/shadow-report.js';
import type { HttpOptions, SandboxTicket } from '../../src/http/http-options.js';
import { startHttp } from '../../src/http/server.js';
import type { Stop } from '../../src/ports/sending.js';
import type { Log } from '../../src/ports.js';
import { ProblemError, problem } from '../../src/problem.js';
import { sampleApprovals } from './sample-approvals.js';
import { hostileName } from './sample-sketches.js';
import { SampleViews, sampleLists, sampleNow, sampleReceived } from './sample-views.js';

export interface LogLine {
  level: string;
  fields: object;
  message: string;
}

export interface TestConsole {
  address: string;
  views: SampleViews;
  /** `settle CASE STEP HOW BY`, `resume CASE BY`, `correct CASE OUTCOME BY`, `stop PROGRAMME BY`, `go on BY`. */
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
      correct: async (...what) => void acts.push(`correct ${what.join(' ')}`),
    },
    sending: sampleSending(acts),
    approvals: sampleApprovals(acts),
    corrections: () => ['passed-to-api-integrations', 'relisted'],
    report: async (days) => ({ ...sampleReport, days }),
    programmes: () => ['everbright-api-access'],
    sandbox: {
      views: () => sampleReceived,
      clicks: async ({ channel, ts, action }) => void acts.push(`click ${action} in ${channel} at ${ts}`),
      types: async (text) => void acts.push(`type ${text}`),
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

/** Stops and goes on in memory; two steps wait while something is stopped. */
function sampleSending(acts: string[]): HttpOptions['sending'] {
  const stops: Stop[] = [];
  const waiting = ['e-mail "not-approved" to Mercedes Davis', 'reply "not-approved" to the customer'].map(
    (says, i) => ({
      caseId: 'sandbox-5009',
      ticketId: '5009',
      subject: hostileName,
      step: String(i + 1),
      says,
    }),
  );
  return {
    state: async () => ({ stops: [...stops], waiting: stops.length > 0 ? waiting : [], hasMore: false }),
    async pause(programme, by) {
      if (programme === 'no-such') throw new ProblemError(problem('programme-not-active', 'Not <b>active</b>', 'See'));
      acts.push(`stop ${programme ?? 'all'} ${by}`);
      stops.push({ programme, by, since: sampleNow.toISOString(), reason: null });
    },
    async goOn(by) {
      acts.push(`go on ${by}`);
      return stops.splice(0).length;
    },
  };
}

const reported = {
  caseId: 'sandbox-5011',
  helpdesk: 'sandbox',
  ticketId: '5011',
  subject: hostileName,
  url: 'https://help.example/tickets/5011',
  programme: 'everbright-api-access',
  rule: 'not-approved',
  kind: 'act' as const,
  outcome: 'passed-to-sales',
  decidedAt: '2026-03-12T14:00:00.000Z',
  verdict: 'different' as const,
  agentsDid: 'assigned it to John Kilfoil',
  differences: ['Usher would have closed it as Declined; the agents assigned it to John Kilfoil'],
};
const sampleReport: ShadowReport = {
  days: 30,
  rules: [
    {
      programme: reported.programme,
      rule: reported.rule,
      kind: 'act',
      outcome: 'passed-to-sales',
      decided: 12,
      same: 9,
      different: 1,
      open: 2,
    },
    { programme: null, rule: null, kind: 'ignore', outcome: null, decided: 3, same: 3, different: 0, open: 0 },
  ],
  different: [reported],
  left: [{ ...reported, kind: 'hold', verdict: 'same', differences: [], url: 'javascript:alert(1)' }],
};

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
