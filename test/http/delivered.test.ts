// What sales receive, as it is delivered: the mail in a browser at the widths of a desk and a phone, and the post's blocks.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { html } from '../../src/http/pages/html.js';
import { slackText } from '../../src/http/pages/message-parts.js';
import { styleSheet } from '../../src/http/pages/style.js';
import type { ReceivedMail } from '../../src/sandbox/smtp-types.js';
import { type Database, openDatabase } from '../../src/storage/pool.js';
import { newcomer, startWorld, type World } from '../flow/world.js';
import { embeddedDataDir, OPENING_MS } from '../storage/databases.js';
import { axeFindings, hasBrowser, launch, picture } from './browser.js';

const company = { ...newcomer(901), state: 'CA' };

describe.skipIf(!hasBrowser())('a hand-off to sales', () => {
  let db: Database;
  let world: World;
  let browser: Browser;
  let mail: ReceivedMail;
  beforeAll(async () => {
    browser = await launch();
    db = await openDatabase({ dataDir: await embeddedDataDir() });
    world = await startWorld(db);
    const body = `Hello,\n\nwe would like API access for ${company.name}.\n<b>Bold</b> & <img src="https://tracker.example/x.png"> https://phish.example\n\nPat Example\n+1 415 555 0137\nFresno, CA 93721`;
    expect(await world.process().run(world.file(company, { body }))).toBe('at-rest');
    mail = world.smtp.mails()[0]!;
  }, OPENING_MS);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await db?.close();
  });

  it.each([
    ['desk', 700],
    ['phone', 360],
  ])(
    'reads well in the mail programs of a %s: nothing wider than it, nothing fetched, no script',
    async (_name, width) => {
      const page = await browser.newPage({ viewport: { width, height: 450 } });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.setContent(
        `<!doctype html><html lang="en"><title>Mail</title><body><main>${mail.html}</main></body></html>`,
      );
      expect(await page.locator('main').innerText()).toContain(`${company.name} is requesting API access`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(await page.locator('img, script, style, link, iframe, b').count()).toBe(0);
      // A customer's own words make no link.
      expect(await page.locator('a[href*="phish"], a[href*="tracker"]').count()).toBe(0);
      expect(asked).toEqual([]);
      expect(
        (await axeFindings(page)).filter((finding) => !/^(page-has-heading-one|landmark|region)/.test(finding)),
      ).toEqual([]);
      if (width > 400) await picture(page, 'sales-mail', false);
      await page.close();
    },
  );

  it('says the same in its plain part, and what a mail program must know in its headers', async () => {
    for (const text of [company.name, company.contact.email, 'CA', 'Usher, the support bot']) {
      expect(mail.text).toContain(text);
      expect(mail.html).toContain(text);
    }
    expect(mail.headers).toMatchObject({ 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' });
    expect(mail.subject).toBe(`API access request: ${company.name} (CA)`);
  });

  it('is short in Slack, without personal data, and marked as ours', async () => {
    const [post] = world.slack.posts('everbright-sales').filter((p) => p.text.includes(company.name));
    expect(post!.text).toContain('is requesting API access but is not approved');
    expect(post!.text).not.toMatch(/Pat Example|@|555 0137/);
    const page = await browser.newPage({ viewport: { width: 700, height: 150 } });
    const shown = html`<main style="padding:1rem"><p><strong>Usher</strong> <span class="tag">app</span> in #everbright-sales</p>${slackText(post!.text)}</main>`;
    await page.setContent(
      `<!doctype html><html lang="en"><title>Slack</title><style>${styleSheet}</style><body>${shown.markup}</body></html>`,
    );
    expect(await page.locator('main').innerText()).toContain(company.name);
    await picture(page, 'slack-post', false);
    await page.close();
  });
});
