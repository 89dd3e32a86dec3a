// Approvals that end soon: their programme's owner is mailed once each, whatever dies and however many processes look.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smtpMail } from '../../src/adapters/smtp/smtp-mail.js';
import { startTellingOwners } from '../../src/app/telling-owners.js';
import type { Listing } from '../../src/core/listing.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { type EndingDeps, tellOwners } from '../../src/flow/ending-approvals.js';
import type { Ledger } from '../../src/ledger.js';
import { startSmtpSandbox } from '../../src/sandbox/smtp-server.js';
import type { SmtpSandbox } from '../../src/sandbox/smtp-types.js';
import { endingApprovals } from '../../src/storage/ending-approvals.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { eraseOld } from '../../src/storage/retention.js';
import { inUse } from '../core/everbright.js';
import { aList, aListing, aProgramme, aRulebook } from '../core/fixtures.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';

const OWNER = 'mercedes@ever.example';
const noon = (day: string) => `${day}T17:00:00Z`;

oneDatabase((open) => {
  let db: Database;
  let smtp: SmtpSandbox;
  let ledger: Ledger;
  let now: string;
  let rows: Listing[];
  let problem: string | null;
  let announceDays: number;

  beforeAll(async () => {
    db = await open();
    await migrate(db, migrations);
    ledger = openLedger(db.kysely());
    smtp = await startSmtpSandbox();
  }, OPENING_MS);
  afterAll(() => smtp.close());
  beforeEach(async () => {
    await db.pool.query('truncate usher.ending_approvals, usher.meta');
    smtp.clearFaults();
    now = noon('2026-03-01');
    rows = [];
    problem = null;
    announceDays = 14;
    seen = smtp.mails().length;
  });
  let seen = 0;
  const mails = () => smtp.mails().slice(seen);
  const mailed = () => mails().map((m) => m.text.split('\n').filter((line) => line.startsWith('- ')));

  const row = (name: string, until: string, at = 14) =>
    aListing({
      list: 'partners',
      sheet: 'Partners',
      name,
      row: at,
      status: 'approved',
      approval: { from: null, until },
      cells: { approvedUntil: `G${at}` },
    });

  function deps(): EndingDeps {
    const approvalDates = { from: null, until: 'Until', announceDays, zone: 'America/New_York' };
    const list = { ...aList('partners'), title: 'Approved <partners>', approving: ['approved'], approvalDates };
    const rulebook = aRulebook(aProgramme({ name: 'sample', owner: 'sales-development', lists: [list] }));
    const lists = [inUse('partners', rows, problem)];
    const indexes = buildMatchIndexes(lists, rulebook);
    return {
      endings: endingApprovals(db.kysely()),
      ledger,
      mail: smtpMail({
        url: smtp.url,
        from: { name: 'Usher', address: 'usher@ever.example' },
        allowPrivateNetwork: true,
        dotTimeoutMs: 500,
      }),
      knowledge: async () => ({ rulebook, lists, indexes }),
      clock: { now: () => new Date(now) },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      mark: (text) => Buffer.from(text).toString('hex').slice(0, 100),
      digest: (text) => Buffer.from(text).toString('hex'),
    };
  }
  const tell = () => tellOwners(deps());
  /** Claims are looked into after two minutes. */
  const minutesPass = () =>
    sql`update usher.ending_approvals set claimed_at = claimed_at - interval '3 minutes', not_before = null`.execute(
      db.kysely<unknown>(),
    );
  const states = async () => {
    const found = await sql<{ state: string }>`select state from usher.ending_approvals order by key`.execute(
      db.kysely<unknown>(),
    );
    return found.rows.map((r) => r.state);
  };

  it('are told in one mail, fourteen days before, each with its cell', async () => {
    rows = [row('Acme & Sons', '2026-03-15'), row('Zed Power', '2026-03-02', 15), row('Later Ltd', '2026-03-16', 16)];
    await tell();
    expect(mails().map((m) => [m.envelope.to, m.subject])).toEqual([
      [[OWNER], 'Approvals that end soon: EverBright API access'],
    ]);
    expect(mailed()[0]!.sort()).toEqual([
      '- Acme & Sons: approved until 2026-03-15 (Partners!G14), in the list Approved <partners>',
      '- Zed Power: approved until 2026-03-02 (Partners!G15), in the list Approved <partners>',
    ]);
    expect(mails()[0]!.html).toContain('Acme &amp; Sons');
    expect(mails()[0]!.html).toContain('Approved &lt;partners&gt;');
    now = noon('2026-03-02');
    await tell();
    expect(mailed()[1]).toEqual([expect.stringContaining('Later Ltd')]);
  });

  it('are told once each, through restarts, moved rows and other spellings, and again for another last day', async () => {
    rows = [row('Acme Solar, Inc.', '2026-03-10')];
    await tell();
    await tell();
    now = noon('2026-03-09');
    rows = [row('ACME SOLAR INC', '2026-03-10', 20)];
    await tell();
    expect(mails()).toHaveLength(1);
    rows = [row('Acme Solar, Inc.', '2026-03-20')];
    await tell();
    await tell();
    expect(mailed().flat()).toEqual([expect.stringContaining('2026-03-10'), expect.stringContaining('2026-03-20')]);
  });

  it('are told once by many processes at once', async () => {
    rows = Array.from({ length: 9 }, (_, i) => row(`Company ${i}`, '2026-03-10', i + 2));
    await Promise.all(Array.from({ length: 6 }, tell));
    await tell();
    expect(mailed().flat().sort()).toEqual(rows.map((r) => expect.stringContaining(`- ${r.name}:`)));
  });

  it('count by the zone of the programme', async () => {
    rows = [row('Acme', '2026-03-15')];
    now = '2026-03-01T04:59:00Z';
    await tell();
    expect(mails()).toEqual([]);
    now = '2026-03-01T05:00:00Z';
    await tell();
    expect(mails()).toHaveLength(1);
  });

  it('are repeated once, marked, when nobody knows whether the mail arrived, and not a third time', async () => {
    rows = [row('Acme', '2026-03-10')];
    smtp.fault('drop-after-dot', { times: 1 });
    await tell();
    await tell();
    expect(mails()).toHaveLength(1);
    // What comes near its end meanwhile is told by itself: the mail that may have arrived is repeated as it was.
    rows.push(row('Zed Power', '2026-03-11', 15));
    await tell();
    smtp.fault('drop-after-dot', { times: 1 });
    for (let i = 0; i < 3; i++) {
      await minutesPass();
      await tell();
    }
    const [first, second, repeat, ...more] = mails();
    expect([first, second, repeat].map((m) => m!.subject.startsWith('[possible duplicate]'))).toEqual([
      false,
      false,
      true,
    ]);
    expect([repeat!.messageId, repeat!.text, more]).toEqual([first!.messageId, first!.text, []]);
    expect(second!.text).toContain('Zed Power');
    expect((await states()).sort()).toEqual(['done', 'unsure']);
  });

  it('are sent later, unmarked, when the mail surely did not leave', async () => {
    rows = [row('Acme', '2026-03-10')];
    smtp.fault('greylist', { times: 1 });
    await tell();
    await tell();
    expect([mails().length, await states()]).toEqual([0, ['planned']]);
    rows.push(row('Zed Power', '2026-03-11', 15));
    await minutesPass();
    await tell();
    expect(mails().map((m) => m.subject)).toEqual(['Approvals that end soon: EverBright API access']);
    expect(mailed()[0]).toHaveLength(2);
    smtp.fault('reject', { times: 1 });
    rows = [row('Third', '2026-03-12', 16)];
    await tell();
    await minutesPass();
    await tell();
    expect([mails().length, (await states()).sort()]).toEqual([1, ['done', 'done', 'refused']]);
  });

  it('wait while sending is stopped, and while the list cannot be relied on', async () => {
    rows = [row('Acme', '2026-03-10')];
    problem = 'it was last read 30 h ago';
    await tell();
    expect(await states()).toEqual([]);
    problem = null;
    await ledger.pause('sample', 'Kim');
    await tell();
    expect([mails().length, await states()]).toEqual([0, ['planned']]);
    await ledger.resumeAll('Kim');
    await tell();
    expect(mails()).toHaveLength(1);
  });

  it('are not told where the list says so, nor in a mode without mail', async () => {
    rows = [row('Acme', '2026-03-10')];
    announceDays = 0;
    await tell();
    announceDays = 14;
    const { endings, ...rest } = deps();
    const quiet = { ...rest, ledger, hands: { helpdesk: null, chat: null, mail: null } } as unknown as FlowDeps;
    for (const hands of [null, quiet.hands]) await startTellingOwners({ ...quiet, hands }, endings).stop();
    expect([mails().length, await states()]).toEqual([0, []]);
  });

  describe('after retention', () => {
    it('are forgotten but for their keys, so that nobody is told again', async () => {
      rows = [row('Acme', '2026-03-10')];
      await tell();
      await sql`update usher.ending_approvals set at = now() - interval '200 days'`.execute(db.kysely<unknown>());
      await eraseOld(db.kysely(), 180);
      const left = await sql<{ line: string }>`select line from usher.ending_approvals`.execute(db.kysely<unknown>());
      expect(left.rows).toEqual([{ line: '' }]);
      await tell();
      expect(mails()).toHaveLength(1);
    });
  });
});
