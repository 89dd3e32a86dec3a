// Shadow and propose on a help desk of one's own: every sample ticket is decided, and the sockets see what a mode may send.
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addSampleOrganizations, fileSampleTickets } from '../../src/sandbox/file-samples.js';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { run, startBot } from './bot.js';
import { httpGate, shutGate } from './gate.js';
import { openPlace } from './place.js';
import { unreadable } from './samples.js';

/** Runs the bot on all sample tickets, with everything that may not be sent cut off at the socket. */
async function runMode(mode: string, mayPass: (method: string, body: string) => boolean) {
  const webhookSecret = Buffer.from('a secret of this test').toString('base64');
  const limits = {
    requestsPerMinute: 1e6,
    updatesPerMinute: 1e6,
    updatesPerTicketPer10Minutes: 1e6,
    exportsPerMinute: 1e6,
  };
  const zendesk = await startZendeskSandbox({ webhookSecret, limits });
  addSampleOrganizations(zendesk);
  const desk = await httpGate(zendesk.url, mayPass);
  const slack = await shutGate('http');
  const smtp = await shutGate('smtp');
  const home = await openPlace('without-samples');
  const directory = await readFile(home.path('rules/directory.yaml'), 'utf8');
  await writeFile(
    home.path('rules/directory.yaml'),
    directory.replace('sandbox: "9001"', 'sandbox: "9001", zendesk: "9001"'),
  );
  const env = {
    HELPDESK: 'zendesk',
    MODE: mode,
    ZENDESK_URL: desk.url,
    ZENDESK_EMAIL: zendesk.email,
    ZENDESK_API_TOKEN: zendesk.apiToken,
    ZENDESK_WEBHOOK_SECRET: zendesk.webhookSecret,
    SLACK_BOT_TOKEN: 'xoxb-not-to-be-used',
    SLACK_API_URL: `${slack.url}/api/`,
    SMTP_URL: smtp.url,
    MAIL_REPLY_TO: 'support@acme.example',
    ALLOW_PRIVATE_NETWORK: 'true',
    ACT_ON_TICKETS_SINCE: '2020-01-01',
    POLL_SECONDS: '1',
  };
  try {
    const bot = startBot(home, env);
    const ready = await bot.line(/^Ready on /);
    // By webhook: the ticket export leaves the newest minute out.
    zendesk.setWebhook(`${await bot.address()}/webhooks/zendesk`);
    const filed = fileSampleTickets(zendesk);
    for (const id of filed) await bot.line(new RegExp(`^#${id} `));
    const cases = JSON.parse((await run(home, ['cases', '--json'], env)).stdout) as {
      ticketId: string;
      rule: string | null;
      state: string;
    }[];
    const report = JSON.parse((await run(home, ['report', '--json'], env)).stdout) as {
      rules: { rule: string | null; kind: string; decided: number; open: number }[];
    };
    expect(await bot.end()).toBe(0);
    expect(unreadable(bot.lines)).toEqual([]);
    return {
      ready,
      report,
      lines: filed.map((id) => bot.lines.find((line) => line.startsWith(`#${id} `)) ?? ''),
      stopped: [desk.stopped, slack.stopped, smtp.stopped],
      written: zendesk.world().filter((entry) => entry.by === 'usher'),
      rules: filed.map((id) => cases.find((c) => c.ticketId === id)?.rule ?? null),
      states: filed.map((id) => cases.find((c) => c.ticketId === id)?.state),
      filed,
    };
  } finally {
    await Promise.all([desk.close(), slack.close(), smtp.close(), zendesk.close()]);
  }
}

const expectedRules = sampleTickets.map((t) => t.expected.rule);

describe('on a help desk of its own', () => {
  it('shadow decides every sample ticket, and not one write or connection is even tried', async () => {
    const ran = await runMode('shadow', (method) => method === 'GET');
    expect(ran.ready).toBe('Ready on zendesk, mode shadow: nothing is written.');
    expect(ran.rules).toEqual(expectedRules);
    expect(ran.stopped).toEqual([[], [], []]);
    expect(ran.written).toEqual([]);
    // What was only decided is told so, and waits for what the agents do.
    for (const [i, { expected }] of sampleTickets.entries())
      expect(/ \| Would have: .* -> would have: /.test(ran.lines[i]!), ran.lines[i]).toBe(expected.kind === 'act');
    const decided = (row: { rule: string | null; kind: string }) =>
      sampleTickets.filter((t) => t.expected.rule === row.rule && t.expected.kind === row.kind).length;
    for (const row of ran.report.rules) expect(row).toMatchObject({ decided: decided(row), open: decided(row) });
    expect(ran.report.rules.reduce((sum, r) => sum + r.decided, 0)).toBe(sampleTickets.length);
  });

  it('propose leaves one internal note on what it would act on or asks a person about, and sends nothing else', async () => {
    const isNote = (method: string, body: string): boolean => {
      if (method === 'GET') return true;
      const { comment, metadata: _mark, safe_update: _safe, updated_stamp: _stamp, ...rest } = JSON.parse(body).ticket;
      return method === 'PUT' && comment?.public === false && Object.keys(rest).length === 0;
    };
    const ran = await runMode('propose', isNote);
    expect(ran.rules).toEqual(expectedRules);
    expect(ran.stopped).toEqual([[], [], []]);
    const { written } = ran;
    expect(new Set(written.map((entry) => entry.kind))).toEqual(new Set(['internal-note']));
    const spoken = new Set(written.map((entry) => entry.ticketId));
    expect(written).toHaveLength(spoken.size);
    for (const [i, { expected }] of sampleTickets.entries())
      if (expected.kind === 'act') {
        const note = written.find((entry) => entry.ticketId === ran.filed[i])?.text ?? '';
        expect(note).toContain(`by the rule "${expected.rule}"`);
        expect(note).toContain('Nothing of this was done: Usher runs in propose mode.');
      } else if (expected.kind === 'ignore') expect(spoken.has(ran.filed[i]!)).toBe(false);
  });
});
