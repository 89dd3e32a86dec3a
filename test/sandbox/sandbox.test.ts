// The whole sandbox keeps its world on disk, files its samples once, and shows what everybody received.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { worldPath } from '../../src/sandbox/world-file.js';
import { clientOf } from './zendesk-client.js';

let dataDir: string;
let open: Sandbox[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-sandbox-'));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((s) => s.close()));
  await rm(dataDir, { recursive: true });
});

async function start(): Promise<Sandbox> {
  const sandbox = await startSandbox({ dataDir });
  open.push(sandbox);
  return sandbox;
}
const worldOnDisk = async () => JSON.parse(await readFile(worldPath(dataDir), 'utf8'));

describe('the sandbox', () => {
  it('has every acknowledged change on disk before the answer', async () => {
    const sandbox = await start();
    const id = sandbox.fileTicket({
      name: 'Ann',
      email: 'ann@tamarack-exteriors.example',
      company: 'Tamarack',
      subject: 'S',
      body: 'B',
    });
    await clientOf(sandbox.zendesk)('PUT', `/tickets/${id}`, { ticket: { comment: { body: 'Hello', public: true } } });
    const { zendesk } = await worldOnDisk();
    expect(zendesk.tickets[0].comments).toHaveLength(2);
    expect(zendesk.tickets[0].organization_id).not.toBeNull();
    const settings = sandbox.settings();
    await fetch(`${settings.SLACK_API_URL}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0EVERSALES', text: 'Posted' }),
    });
    await createTransport(settings.SMTP_URL).sendMail({
      from: 'a@b.example',
      to: 'c@d.example',
      subject: 'S',
      text: 'Mailed',
    });
    const world = await worldOnDisk();
    expect(world.slack.channels[0].messages).toMatchObject([{ text: 'Posted' }]);
    expect(world.smtp.mails).toMatchObject([{ subject: 'S' }]);
    const views = sandbox.views();
    expect(views.customers).toMatchObject([
      {
        ticketId: id,
        name: 'Ann',
        messages: [
          { by: 'requester', text: 'B' },
          { by: 'usher', from: 'Usher, the support bot', text: 'Hello' },
        ],
      },
    ]);
    expect(views.mails).toMatchObject([{ to: ['c@d.example'], text: expect.stringContaining('Mailed') }]);
    expect(views.slack[0]).toMatchObject({ channel: 'everbright-sales', posts: [{ text: 'Posted' }] });
  });

  it('goes on with the same world, secrets and ports, and files the samples once', async () => {
    const first = await start();
    const ids = first.fileSamples();
    expect(ids).toHaveLength(sampleTickets.length);
    expect(first.fileSamples()).toEqual(ids);
    const settings = first.settings();
    await first.close();
    const second = await start();
    expect(second.settings()).toEqual(settings);
    expect(second.fileSamples()).toEqual(ids);
    expect(second.zendesk.state().tickets).toHaveLength(ids.length);
    expect(second.zendesk.state().organizations).toEqual(first.zendesk.state().organizations);
  });

  it('takes other ports when the old ones are taken', async () => {
    const first = await start();
    const second = await start();
    expect(second.zendesk.port).not.toBe(first.zendesk.port);
  });

  it('refuses a world file that it cannot read, naming it', async () => {
    const sandbox = await start();
    await sandbox.close();
    await writeFile(worldPath(dataDir), '{"version":');
    await expect(startSandbox({ dataDir })).rejects.toMatchObject({
      problems: [{ code: 'sandbox-world-unreadable', file: worldPath(dataDir) }],
    });
  });
});

describe('the sample tickets', () => {
  it('are at least 16, each with its own key, reaching acts, holds and what is not for Usher', () => {
    expect(sampleTickets.length).toBeGreaterThanOrEqual(16);
    expect(new Set(sampleTickets.map((t) => t.key)).size).toBe(sampleTickets.length);
    const count = (kind: string) => sampleTickets.filter((t) => t.expected.kind === kind).length;
    expect([count('act'), count('hold'), count('ignore')].every((n) => n >= 6)).toBe(true);
  });

  it('come from addresses in domains that nobody owns, but for free mail', () => {
    const domains = sampleTickets.map((t) => t.email.split('@')[1]!);
    expect(domains.filter((d) => !d.endsWith('.example') && d !== 'gmail.com')).toEqual([]);
  });
});
