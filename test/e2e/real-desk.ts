// A "real" help desk for processes that act on it: the sandbox's servers in the test, and rules that may go live.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { settingsOf } from '../../src/sandbox/sandbox.js';
import { startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { startSmtpSandbox } from '../../src/sandbox/smtp-server.js';
import type { ZendeskLimits } from '../../src/sandbox/zendesk-sandbox.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { newcomer } from '../flow/world.js';
import type { Workspace } from '../rulebook/workspace.js';

const RULES = 'rules/everbright-api-access/rules.yaml';
const TEMPLATES = 'templates/everbright-api-access';
/** No test waits for a vendor's minute. */
const limits = {
  requestsPerMinute: 1e6,
  updatesPerMinute: 1e6,
  updatesPerTicketPer10Minutes: 1e6,
  exportsPerMinute: 1e6,
};

/** People and texts that are no samples any more, and no grace. */
export async function makeReady(space: Pick<Workspace, 'path' | 'read' | 'write'>): Promise<void> {
  const change = async (file: string, edit: (text: string) => string) =>
    space.write(file, edit(await space.read(file)));
  await change('rules/directory.yaml', (text) =>
    text.replace('sample: true', '').replaceAll('{ sandbox: "9001"', '{ zendesk: "9001", sandbox: "9001"'),
  );
  await change(RULES, (text) => text.replaceAll(/^ +grace: .*\n/gm, ''));
  for (const name of await readdir(space.path(TEMPLATES)))
    await change(join(TEMPLATES, name), (text) => text.replace('draft: true\n', 'draft: false\n'));
}

export type RealDesk = Awaited<ReturnType<typeof startRealDesk>>;

/** Everybody who files is a newcomer that no list knows: mail, post and reply for each. Without a database's address only the world can be asked. */
export async function startRealDesk(databaseUrl: string | undefined, limited: Partial<ZendeskLimits> = {}) {
  const zendesk = await startZendeskSandbox({
    webhookSecret: Buffer.from('a secret of this test').toString('base64'),
    limits: { ...limits, ...limited },
  });
  const slack = await startSlackSandbox({ rateLimit: false });
  const smtp = await startSmtpSandbox();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  // The server may be ended on purpose.
  pool.on('error', () => {});
  const filed: string[] = [];
  const env = {
    HELPDESK: 'zendesk',
    MODE: 'live',
    ...settingsOf({ zendesk, slack, smtp }),
    MAIL_FROM: 'usher@everbright-support.example',
    MAIL_REPLY_TO: 'support@everbright.example',
    ALLOW_PRIVATE_NETWORK: 'true',
    ACT_ON_TICKETS_SINCE: '2020-01-01',
    DATABASE_URL: databaseUrl,
  };
  const query = async <T extends object>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
  return {
    zendesk,
    slack,
    smtp,
    env,
    query,
    /** Files so many tickets; answers their ids. */
    file(count: number): string[] {
      const ids = Array.from({ length: count }, () => {
        const { name, domain, contact } = newcomer(filed.length + 1);
        zendesk.addOrganization({ name, domains: [domain] });
        const id = zendesk.customerFiles({
          ...contact,
          subject: 'API access request',
          body: `Hello,\n\nwe would like to get API access for our integration.\n\n${contact.name}\n${name}`,
          fields: { Company: name, State: 'CA' },
        });
        filed.push(id);
        return id;
      });
      return ids;
    },
    /** Files a ticket that needs a person: it names an approved organization, and nothing shows that the writer belongs to it. */
    fileForPerson(): string {
      const { name } = sampleCompanies.brightfield;
      return zendesk.customerFiles({
        name: 'Pat Example',
        email: `pat.${randomBytes(4).toString('hex')}@gmail.com`,
        subject: `API access for ${name}`,
        body: `We would like API access for ${name}.`,
        fields: {},
      });
    },
    /** Resolves when all of these tickets' cases are done; throws with what they are instead after two minutes, or so many milliseconds. */
    async done(ids: string[], patienceMs = 120_000): Promise<void> {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const rows = await query<{ id: string; state: string; reason: string }>(
          'select ticket_id as id, state, reason from usher.cases',
        );
        const open = ids.filter((id) => rows.find((row) => row.id === id)?.state !== 'done');
        if (open.length === 0) return;
        if (Date.now() > deadline) throw new Error(`not done: ${open.join(', ')}\n${JSON.stringify(rows, null, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    /** Each ticket got one reply, sales one mail and one post about it. */
    expectOnce(ids: string[]): void {
      const replies = zendesk.world().filter((e) => e.by === 'usher' && e.kind === 'public-comment');
      expect(replies.map((e) => e.ticketId).sort()).toEqual([...ids].sort());
      expect(smtp.state().mails).toHaveLength(ids.length);
      expect(slack.posts('everbright-sales')).toHaveLength(ids.length);
      expect(smtp.state().mails.filter((mail) => mail.subject.includes('duplicate'))).toEqual([]);
    },
    async close(): Promise<void> {
      await pool.end();
      await Promise.all([zendesk.close(), slack.close(), smtp.close()]);
    },
  };
}
