// The console in a real browser: accessible, small, safe against hostile text, usable by keyboard and on a phone.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/problem.js';
import {
  axeFindings,
  desk,
  hasBrowser,
  launch,
  openPage,
  pageWeight,
  phone,
  picture,
  type View,
  type WatchedPage,
} from './browser.js';
import { startTestConsole, type TestConsole } from './console-server.js';
import { approvalPath } from './sample-approvals.js';
import { sampleLists } from './sample-views.js';

const pages = {
  cases: '/',
  'cases-held': '/?state=held',
  'cases-none': '/?q=nothing+fits+this',
  'case-unsure': '/cases/sandbox-5003',
  'case-hostile': '/cases/sandbox-5004',
  'case-refused': '/cases/sandbox-5007',
  'case-working': '/cases/sandbox-5009',
  'case-new': '/cases/sandbox-5010',
  'case-done': '/cases/sandbox-5001',
  'case-declined': '/cases/sandbox-5002',
  'case-shadow': '/cases/sandbox-5011',
  lists: '/lists',
  sending: '/sending',
  report: '/report',
  sandbox: '/sandbox',
  form: '/sandbox/new',
  'approval-open': approvalPath('a'),
  'approval-given': approvalPath('b'),
  'approval-closed': approvalPath('d'),
  'approval-changing': approvalPath('e'),
};
const table = Object.entries(pages).flatMap(([name, path]) =>
  [desk, phone].map((view) => ({ name, path, view, at: `${view.scheme}, ${view.width} px` })),
);

describe.skipIf(!hasBrowser())('the console in a browser', () => {
  let server: TestConsole;
  let browser: Browser;
  let open: WatchedPage[] = [];
  const visit = async (path: string, view?: View) => {
    const watched = await openPage(browser, server.address, view);
    open.push(watched);
    await watched.page.goto(server.address + path);
    return watched;
  };

  beforeAll(async () => {
    server = await startTestConsole();
    browser = await launch();
  });
  afterEach(async () => {
    const faults = open.flatMap((w) => w.faults);
    await Promise.all(open.map((w) => w.page.context().close()));
    open = [];
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(table)('$name is accessible and fits the screen: $at', async ({ name, path, view }) => {
    const { page } = await visit(path, view);
    for (const details of await page.locator('details').all())
      await details.evaluate((d) => d.setAttribute('open', ''));
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await picture(page, `${name}-${view.scheme}-${view.width}`);
  });

  it('weighs less than 60 kB a page with everything it loads', async () => {
    const { page } = await visit('/');
    for (const path of Object.values(pages)) {
      await page.goto(server.address + path);
      const total = await pageWeight(page);
      expect(total, path).toBeGreaterThan(2_000);
      expect(total, path).toBeLessThan(60_000);
    }
  });

  it('shows hostile names as text and runs nothing of them', async () => {
    for (const path of ['/', '/cases/sandbox-5004', '/lists', '/report', '/sandbox']) {
      const { page } = await visit(path);
      expect(await page.locator('main script').count()).toBe(0);
      const text = await page.locator('body').textContent();
      expect(text).toContain('<script>alert(1)</script> \\u202eSolar & "Sons"');
      expect(text).not.toContain('\u202e');
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    }
  });

  it('filters by state, programme and words, and keeps the filter while paging', async () => {
    const { page } = await visit('/');
    expect(await page.locator('table.cases tbody tr').count()).toBe(25);
    await page.getByRole('link', { name: 'Older cases' }).click();
    await expect.poll(() => page.url()).toContain('page=2');
    await page
      .getByRole('navigation', { name: 'Cases by state' })
      .getByRole('link', { name: 'Needs a person' })
      .click();
    await expect.poll(() => page.locator('table.cases tbody tr').count()).toBe(3);
    await page.getByLabel('Search').fill('pricing');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => page.url()).toContain('q=pricing');
    expect(page.url()).toContain('state=held');
    expect(await page.locator('table.cases tbody tr').count()).toBe(1);
    expect(await page.locator('table.cases').textContent()).toContain('Re: credentials for the pricing API');
    await page.getByRole('link', { name: 'Show all', exact: true }).click();
    await page.getByLabel('Programme').selectOption('everbright-api-access');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => page.url()).toContain('programme=everbright-api-access');
    expect(await page.locator('table.cases').textContent()).not.toContain('Cannot log in');
  });

  it('asks whether an unsure step arrived and takes the answer', async () => {
    const { page } = await visit('/cases/sandbox-5003');
    const question = page.getByRole('group', { name: 'Did this arrive?' });
    expect(await question.getByRole('button').allTextContents()).toEqual(['Yes', 'No, send again', 'Do not send']);
    await question.getByRole('button', { name: 'No, send again' }).click();
    await expect.poll(() => page.getByRole('status').first().textContent()).toContain('it will be sent again');
    expect(server.acts).toContain('settle sandbox-5003 5003-1 again status page');
  });

  it('lets a person have a held case looked at again', async () => {
    const { page } = await visit('/cases/sandbox-5004');
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect.poll(() => page.url()).toContain('did=resume');
    expect(server.acts).toContain('resume sandbox-5004 status page');
  });

  it('approves by the button of a page that opening changed nothing of, and says so', async () => {
    const { page } = await visit(approvalPath('a'));
    expect(server.acts.filter((act) => act.startsWith('approved'))).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toContain('You approved this');
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(server.acts).toContain('approved counts');
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.locator('body').textContent()).toContain('<script>alert(1)</script>');
  });

  it('stops all sending by the button of any page, lists what waits, and goes on', async () => {
    const own = await startTestConsole();
    try {
      const watched = await openPage(browser, own.address);
      open.push(watched);
      const { page } = watched;
      await page.goto(`${own.address}/lists`);
      await page.getByRole('button', { name: 'Stop all sending' }).click();
      await expect.poll(() => page.getByRole('status').first().textContent()).toContain('nothing new is sent');
      expect(await axeFindings(page)).toEqual([]);
      await picture(page, 'sending-stopped', false);
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.goto(`${own.address}/cases/sandbox-5001`);
      const banner = page.getByRole('region', { name: /^All sending is stopped since .*; 2 steps wait$/ });
      expect(await page.getByRole('button', { name: 'Stop all sending' }).count()).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
      await banner.getByRole('link').click();
      await expect.poll(() => page.locator('table tbody tr').count()).toBe(2);
      await page.getByRole('button', { name: 'Go on' }).click();
      await expect.poll(() => page.getByRole('status').first().textContent()).toContain('Sending goes on');
      await page.getByRole('combobox').selectOption('everbright-api-access');
      await page.getByRole('button', { name: 'Stop its sending' }).click();
      await expect.poll(() => page.locator('main').textContent()).toContain('Sending for everbright api access');
      expect(own.acts).toEqual(['stop all status page', 'go on status page', 'stop everbright-api-access status page']);
    } finally {
      await own.close();
    }
  });

  it('lets a person say that an outcome was wrong', async () => {
    const { page } = await visit('/cases/sandbox-5002');
    await page.getByLabel('Right would have been').selectOption('passed-to-api-integrations');
    await page.getByRole('button', { name: 'This outcome was wrong' }).click();
    await expect.poll(() => page.getByRole('status').first().textContent()).toContain('the outcome was wrong');
    expect(server.acts).toContain('correct sandbox-5002 passed-to-api-integrations status page');
  });

  it('files a ticket by the form and opens its case', async () => {
    const { page } = await visit('/sandbox');
    await page.getByRole('link', { name: 'File a ticket' }).click();
    await page.getByLabel('Your name').fill('Eve Example');
    await page.getByLabel('Your e-mail address').fill('not an address');
    await page.getByLabel('Subject').fill('Access, filed by hand');
    await page.getByRole('button', { name: 'File the ticket' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('does not look like one');
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'form-mistakes');
    await page.getByLabel('Your e-mail address').fill('eve@new.example');
    await page.getByRole('button', { name: 'File the ticket' }).click();
    await expect.poll(() => page.url()).toContain('/cases/sandbox-6');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Access, filed by hand');
    expect(server.filed.at(-1)).toMatchObject({ name: 'Eve Example', email: 'eve@new.example', organization: '' });
    open.at(-1)!.faults = open.at(-1)!.faults.filter((f) => !f.includes('422'));
  });

  it('can be used by keyboard alone: skip link, navigation, question', async () => {
    const { page } = await visit('/cases/sandbox-5003');
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    const seen: string[] = [];
    for (let i = 0; i < 40 && !seen.includes('Do not send'); i++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(outline, seen.at(-1)).toBe('solid');
    }
    expect(seen).toContain('Yes');
    expect(seen).toContain('No, send again');
    expect(seen).toContain('Do not send');
  });

  it('shows progress by itself, leaves open what was open, and can be paused', async () => {
    const { page } = await visit('/cases/sandbox-5009');
    await page.locator('#facts summary').click();
    const found = server.views.shown.find((c) => c.id === 'sandbox-5009')!;
    found.timeline.push({ at: '2026-03-12T14:58:00Z', kind: 'step', text: 'John was assigned' });
    await expect
      .poll(() => page.locator('.timeline').first().textContent(), { timeout: 10_000 })
      .toContain('John was assigned');
    expect(await page.locator('#facts').evaluate((d) => (d as HTMLDetailsElement).open)).toBe(true);
    await page.getByRole('button', { name: 'Pause live updates' }).click();
    expect(await page.getByRole('button', { name: 'Resume live updates' }).count()).toBe(1);
  });

  it('says on every page that the last good rules are in use while those on disk have mistakes', async () => {
    const place = { file: 'rules/everbright-api-access/rules.yaml', line: 14, column: 9 };
    const broken = await startTestConsole({
      problems: () => [problem('unknown-key', 'Unknown key "prority"', 'Did you mean "priority"?', place)],
    });
    try {
      const watched = await openPage(browser, broken.address);
      open.push(watched);
      for (const path of ['/', '/lists', '/cases/sandbox-5001', '/sandbox']) {
        await watched.page.goto(broken.address + path);
        const banner = watched.page.getByRole('region', { name: 'the last good rules are in use' });
        expect(await banner.textContent()).toContain('rules/everbright-api-access/rules.yaml:14:9');
      }
      expect(await axeFindings(watched.page)).toEqual([]);
      await watched.page.goto(broken.address);
      await picture(watched.page, 'rules-banner', false);
    } finally {
      await broken.close();
    }
  });

  it('shows no banner when rules and lists are as they should be', async () => {
    const calm = await startTestConsole({
      lists: async () => sampleLists.map((l) => ({ ...l, problem: null, waiting: null })),
    });
    calm.views.shown = calm.views.shown.filter((c) => c.id !== 'sandbox-5004');
    try {
      const watched = await openPage(browser, calm.address);
      open.push(watched);
      for (const [name, path, height] of [
        ['status-page', '/', 800],
        ['case-page', '/cases/sandbox-5001', 1700],
      ] as const) {
        await watched.page.setViewportSize({ width: 1200, height });
        await watched.page.goto(calm.address + path);
        expect(await watched.page.locator('.banner').count()).toBe(0);
        // The pictures of the docs are made here.
        await picture(watched.page, name, false);
      }
    } finally {
      await calm.close();
    }
  });

  it('signs in with the password and goes where one wanted to go', async () => {
    const locked = await startTestConsole({ consolePassword: 'open sesame' });
    try {
      const watched = await openPage(browser, locked.address);
      open.push(watched);
      const { page } = watched;
      await page.goto(`${locked.address}/cases/sandbox-5004`);
      expect(await axeFindings(page)).toEqual([]);
      await picture(page, 'login', false);
      await page.getByLabel('Your name').fill('Kim');
      await page.getByLabel('Password').fill('open sesame');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect.poll(() => page.url()).toBe(`${locked.address}/cases/sandbox-5004`);
      await page.getByRole('button', { name: 'Look again' }).click();
      await expect.poll(() => locked.acts).toEqual(['resume sandbox-5004 Kim (status page)']);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.goto(locked.address);
      expect(page.url()).toContain('/login');
    } finally {
      await locked.close();
    }
  });
});
