// Runs Usher as an operator does, as a process of its own, and measures it from outside.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Place } from './place.js';
import type { WorldSettings } from './world-process.js';

export interface Bot {
  pid: number;
  /** Where webhooks go. */
  hook: string;
  /** From starting the process to the line that says it is up. */
  readyMs: number;
  /** Until polling has read all there is: what is filed after that is told of by its webhook alone. */
  polled(): Promise<void>;
  /** Peak of its resident memory, threads included, in MB. */
  peakMb(): Promise<number>;
  /** Its resident memory now, in MB. */
  nowMb(): Promise<number>;
  /** Processor time used so far, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** Ended with this process: a measurement that fails or is broken off leaves no bot behind. */
const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface BotOptions {
  place: Place;
  world: WorldSettings;
  databaseUrl?: string;
  concurrency: number;
  /** Settings besides. */
  env?: Record<string, string>;
}

const PATIENCE_MS = 180_000;
/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** `BENCH_NODE_OPTIONS` gives flags to its node, such as `--cpu-prof`; `BENCH_SHOW` is its log level and shows what it prints. */
export async function startBot({ place, world, databaseUrl, concurrency, env }: BotOptions): Promise<Bot> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []), resolve('dist/main.js'), 'start'],
    {
      cwd: place.root,
      env: {
        PATH: process.env.PATH,
        ...settingsOf(world),
        DATABASE_URL: databaseUrl,
        WORKER_CONCURRENCY: String(concurrency),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  const address = await addressOf(child);
  return {
    pid: child.pid!,
    hook: `${address}/webhooks/zendesk`,
    readyMs: performance.now() - began,
    polled: () => firstPoll(address, began),
    peakMb: () => statusMb(child, 'VmHWM'),
    nowMb: () => statusMb(child, 'VmRSS'),
    cpuMs: async () => {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
      return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
    },
    async stop() {
      const over = once(child, 'exit');
      child.kill('SIGTERM');
      await over;
    },
  };
}

async function statusMb(child: ChildProcess, name: string): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
}

async function firstPoll(address: string, began: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${address}/metrics`)).text();
    const ageMs = Number(/^usher_poll_age_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
    const sinceMs = performance.now() - began;
    // Of a poll before this start the ledger knows too.
    if (ageMs >= 0 && ageMs < sinceMs) return;
    if (!(sinceMs < PATIENCE_MS)) throw new Error('Usher does not poll');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function settingsOf(world: WorldSettings): Record<string, string> {
  return {
    HELPDESK: 'zendesk',
    MODE: 'live',
    ACT_ON_TICKETS_SINCE: '2020-01-01',
    ALLOW_PRIVATE_NETWORK: 'true',
    ZENDESK_URL: world.zendeskUrl,
    ZENDESK_EMAIL: world.email,
    ZENDESK_API_TOKEN: world.apiToken,
    ZENDESK_WEBHOOK_SECRET: world.webhookSecret,
    SLACK_API_URL: world.slackUrl,
    SLACK_BOT_TOKEN: world.botToken,
    SMTP_URL: world.smtpUrl,
    MAIL_FROM: 'usher@everbright.example',
    MAIL_REPLY_TO: 'support@everbright.example',
    LIST_QUIET_SECONDS: '0',
    POLL_SECONDS: '3600',
    LOG_LEVEL: process.env.BENCH_SHOW ?? 'warn',
    PORT: '0',
    CAPS_REPLIES_PER_REQUESTER_DAY: '100',
    CAPS_REPLIES_PER_DOMAIN_HOUR: '10000',
    CAPS_REPLIES_PER_MINUTE: '100000',
    CAPS_BREAKER_PER_10_MINUTES: '1000000',
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`Usher did not start: ${said}`)), PATIENCE_MS);
    child.once('exit', (code) => reject(new Error(`Usher ended with ${code}: ${said}`)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 20_000) said += text;
      if (process.env.BENCH_SHOW) process.stderr.write(text);
      // A process that only works has no status page and says where its health is asked.
      const address = /^(?:Status page: (\S+)|Health: (\S+)\/healthz)$/m.exec(said)?.slice(1).find(Boolean);
      if (!address) return;
      clearTimeout(timer);
      found(address);
    });
  });
}
