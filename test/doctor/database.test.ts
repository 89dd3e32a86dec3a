// What the doctor says of a database in every state it may be in, embedded and on a server; it changes nothing there.
import { describe, expect, it } from 'vitest';
import { databaseFindings } from '../../src/app/doctor-store.js';
import { firstStartKey } from '../../src/app/flow-deps.js';
import type { Finding } from '../../src/ports.js';
import { readSettings } from '../../src/settings.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { eachDatabase, OPENING_MS } from '../storage/databases.js';

const settings = readSettings({
  HELPDESK: 'zendesk',
  MODE: 'live',
  ZENDESK_URL: 'https://acme.zendesk.com',
  ZENDESK_EMAIL: 'usher@acme.example',
  ZENDESK_API_TOKEN: 'token',
  SLACK_BOT_TOKEN: 'xoxb-token',
  SMTP_URL: 'smtps://mail.acme.example',
  MAIL_REPLY_TO: 'support@acme.example',
});
const now = new Date();
const look = (db: Database) => databaseFindings(db, settings, now);
const whats = (findings: Finding[], level: Finding['level']) =>
  findings.filter((f) => f.level === level).map((f) => f.what);

eachDatabase((name, open) => {
  describe('the doctor', () => {
    it(
      'tells a new, a fine, a paused, a stopped and a newer database apart',
      async () => {
        const db = await open();
        const note = name === 'embedded' ? [expect.stringMatching(/^It survives the end of the process/)] : [];
        const fresh = await look(db);
        expect(whats(fresh, 'ok').join('\n')).toMatch(/is PostgreSQL \d+[\s\S]*The next start brings its tables/);
        expect([whats(fresh, 'warning'), whats(fresh, 'error')]).toEqual([note, []]);
        const { rows } = await db.pool.query(`select to_regclass('usher.migrations') is not null as there`);
        expect(rows[0].there).toBe(false);

        await migrate(db, migrations);
        const fine = await look(db);
        expect([whats(fine, 'warning'), whats(fine, 'error')]).toEqual([note, []]);
        expect(whats(fine, 'ok')).toContain('Tickets created before its first start in this mode will be left alone');

        const ledger = openLedger(db.kysely());
        await ledger.keep(firstStartKey('zendesk', 'live'), () => '2026-11-01T08:00:00Z');
        await ledger.pause(null, 'ann');
        await db.pool.query(`insert into usher.meta (key, value) values ('breaker', '{"reason":"too many"}')`);
        const stopped = await look(db);
        expect(whats(stopped, 'error')).toEqual(['All sending is stopped: too many']);
        expect(whats(stopped, 'warning')).toEqual([
          ...note,
          expect.stringMatching(/^Everything is paused by ann since /),
        ]);
        expect(whats(stopped, 'ok')).toContain(
          'Tickets created before 2026-11-01T08:00:00Z, its first start in this mode, are left alone',
        );

        await db.pool.query(`insert into usher.migrations (position, name) values (999, 'from-the-future')`);
        expect(whats(await look(db), 'error')).toEqual(['A newer release of Usher has changed its tables']);
      },
      OPENING_MS,
    );
  });
});
