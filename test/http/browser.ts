// Headless Chromium for tests: found or skipped with a word, and pages that fail on any request but our own.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The same browser without its own window costs half as much. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const executablePath = process.env.CHROMIUM_PATH || PLACES.find((place) => existsSync(place)) || PLACES[1]!;

/** Whether browser tests can run. In CI a missing browser is an error, never a skip. */
export function hasBrowser(): boolean {
  if (existsSync(executablePath)) return true;
  const advice = `no browser at ${executablePath}: install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH`;
  if (process.env.CI) throw new Error(advice);
  console.warn(`Browser tests are skipped: ${advice}`);
  return false;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface View {
  scheme: 'light' | 'dark';
  width: number;
}
/** A desk and a phone; colours do not depend on the width, so two views see every combination that matters. */
export const desk: View = { scheme: 'light', width: 1200 };
export const phone: View = { scheme: 'dark', width: 360 };

/** A page with what went wrong in it: foreign requests, script errors, refused content. */
export interface WatchedPage {
  page: Page;
  faults: string[];
}

export async function openPage(browser: Browser, address: string, view: View = desk): Promise<WatchedPage> {
  const context = await browser.newContext({
    colorScheme: view.scheme,
    viewport: { width: view.width, height: 800 },
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const watched: WatchedPage = { page, faults: [] };
  page.on('request', (r) => {
    if (!r.url().startsWith(`${address}/`)) watched.faults.push(`unexpected request: ${r.url()}`);
  });
  page.on('pageerror', (e) => watched.faults.push(`script error: ${e.message}`));
  page.on('console', (m) => {
    if (m.type() === 'error') watched.faults.push(`console: ${m.text()}`);
  });
  return watched;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, one line each. The page's own policy forbids foreign scripts, so axe comes in by the debugger. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    interface Axe {
      run(): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }>;
    }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${String(n.target)}: ${n.failureSummary ?? ''}`));
  });
}

/** Bytes of the page and all it loaded, uncompressed. */
export function pageWeight(page: Page): Promise<number> {
  return page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce(
      (sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize,
      0,
    ),
  );
}

/** Takes a picture into PICTURES_DIR when that is set: how the pictures of the docs are made. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = process.env.PICTURES_DIR;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}
