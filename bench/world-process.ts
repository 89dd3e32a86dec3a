// The outside world in a process of its own: the sandbox's servers without limits, and the driver that sends webhooks and sees what comes of them.
import { Agent, request } from 'node:http';
import { zendeskSignature } from '../src/adapters/helpdesk/zendesk/signature.js';
import { startSlackSandbox } from '../src/sandbox/slack-server.js';
import { startSmtpSandbox } from '../src/sandbox/smtp-server.js';
import { startZendeskSandbox } from '../src/sandbox/zendesk-server.js';
import type { BenchCompany } from './companies.js';
import { serveParent } from './process-file.js';

export interface WorldSettings {
  zendeskUrl: string;
  email: string;
  apiToken: string;
  webhookSecret: string;
  slackUrl: string;
  botToken: string;
  smtpUrl: string;
}
export interface RunAsked {
  hook: string;
  tickets: string[];
  concurrency: number;
}
export interface RunResult {
  tickets: number;
  seconds: number;
  /** From sending the webhook to the last effect on the ticket, sorted. */
  latenciesMs: number[];
}
export interface Received {
  replies: number;
  assigned: number;
  solved: number;
  mails: number;
  posts: number;
}

const noLimit = Number.POSITIVE_INFINITY;
const GIVE_UP_MS = 180_000;
let seen = 0;
const waiting = new Map<string, () => void>();
const askedTogether = new Set<string>();

const zendesk = await startZendeskSandbox({
  limits: {
    requestsPerMinute: noLimit,
    updatesPerMinute: noLimit,
    updatesPerTicketPer10Minutes: noLimit,
    exportsPerMinute: noLimit,
  },
  onChange: () => look(),
});
const slack = await startSlackSandbox({ rateLimit: false });
const smtp = await startSmtpSandbox({});
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Assigning or solving by Usher is the last thing that happens to a ticket. */
function look(): void {
  const { log } = zendesk.state();
  for (; seen < log.length; seen++) {
    const entry = log[seen]!;
    if (entry.by !== 'usher' || !(entry.kind === 'assignee' || entry.kind === 'status')) continue;
    const tell = waiting.get(entry.ticketId);
    waiting.delete(entry.ticketId);
    tell?.();
  }
}

function sendWebhook(hook: string, ticketId: string): Promise<void> {
  const body = JSON.stringify({ ticket_id: ticketId, event: 'created' });
  const timestamp = new Date().toISOString();
  const signature = zendeskSignature(zendesk.webhookSecret, timestamp, body);
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-zendesk-webhook-signature': signature,
      'x-zendesk-webhook-signature-timestamp': timestamp,
      'x-zendesk-webhook-invocation-id': `${ticketId}-${timestamp}`,
    };
    const sent = request(hook, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) answer.once('end', resolve);
      else reject(new Error(`the webhook was answered ${answer.statusCode}`));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function handled(hook: string, ticketId: string): Promise<number> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const done = new Promise<void>((resolve, reject) => {
    waiting.set(ticketId, resolve);
    timer = setTimeout(() => reject(new Error(`nothing came of ticket ${ticketId}`)), GIVE_UP_MS);
  });
  await Promise.all([sendWebhook(hook, ticketId), done]);
  clearTimeout(timer);
  return performance.now() - began;
}

async function run({ hook, tickets, concurrency }: RunAsked): Promise<RunResult> {
  const left = [...tickets];
  const latenciesMs: number[] = [];
  const began = performance.now();
  const one = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) latenciesMs.push(await handled(hook, id));
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  const seconds = (performance.now() - began) / 1000;
  return { tickets: tickets.length, seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

serveParent({
  settings: (): WorldSettings => ({
    zendeskUrl: zendesk.url,
    email: zendesk.email,
    apiToken: zendesk.apiToken,
    webhookSecret: zendesk.webhookSecret,
    slackUrl: slack.url,
    botToken: slack.botToken,
    smtpUrl: smtp.url,
  }),
  /** Every answer of the help desk is held back this long; 0 for no longer. */
  delay: (ms: number) => {
    zendesk.clearFaults();
    if (ms > 0) zendesk.fault('slow', { times: noLimit, delayMs: ms });
  },
  file: (list: BenchCompany[]) =>
    list.map((company) => {
      zendesk.addOrganization({ name: company.name, domains: [company.domain] });
      return zendesk.customerFiles({
        name: company.contact.name,
        email: company.contact.email,
        subject: 'API access request',
        body: `Hello,\n\nwe would like to get API access for our integration.\n\nBest regards\nPat Example\n${company.name}`,
        fields: { Company: company.name, State: 'CA' },
      });
    }),
  run,
  /** How many of the tickets nobody has asked for among others yet, and what was asked for last. Asked often: few requests are kept. */
  unread: (ids: string[]) => {
    for (const { path } of zendesk.requests)
      for (const id of /\/tickets\/show_many\?ids=([^&]*)/.exec(path)?.[1]?.split(/,|%2C/) ?? []) askedTogether.add(id);
    return { left: ids.filter((id) => !askedTogether.has(id)).length, last: zendesk.requests.at(-1)?.path ?? '' };
  },
  received: (): Received => {
    const own = zendesk.state().log.filter((e) => e.by === 'usher');
    const tickets = zendesk.state().tickets;
    return {
      replies: own.filter((e) => e.kind === 'public-comment').length,
      assigned: tickets.filter((t) => t.status === 'open' && t.assignee_id !== null).length,
      solved: tickets.filter((t) => t.status === 'solved').length,
      mails: smtp.state().mails.length,
      posts: slack.state().channels.reduce((sum, c) => sum + c.messages.length, 0),
    };
  },
});
