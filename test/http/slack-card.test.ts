// The card as the sandbox's page shows it: a customer's words stay words, and the button is a form of our own.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardBlocks } from '../../src/adapters/slack/card-blocks.js';
import { holdCard } from '../../src/core/hold-card.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import { triage } from '../../src/core/triage.js';
import { html } from '../../src/http/pages/html.js';
import { slackBlocks } from '../../src/http/pages/slack-blocks.js';
import { styleSheet } from '../../src/http/pages/style.js';
import { aProgramme, aRule, aRulebook, aTicket, noHistory } from '../core/fixtures.js';
import { hasBrowser, launch, picture } from './browser.js';

describe.skipIf(!hasBrowser())('a card in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('shows words, and makes no link or mention of what a customer wrote', async () => {
    const subject = 'API access <https://evil.example|click> <!channel>';
    const ticket = aTicket({ id: '1004', subject, requester: { name: 'Pat Example', email: 'pat@gmail.com' } });
    const rulebook = aRulebook(aProgramme({ rules: [aRule({ id: 'unverified-claim', when: null })] }));
    const indexes = buildMatchIndexes([], rulebook);
    const decided = triage({ ticket, caseFacts: noHistory, lists: [], indexes, rulebook, now: '2026-03-02T10:32:00Z' });
    const { card, text } = holdCard({
      caseId: 'sandbox-1004',
      state: 'held',
      reason: 'A company is named and nothing proves it: "Made Up Solar" was only typed (form field "Company")',
      outcome: null,
      triage: decided,
      ticketUrl: 'https://acme.zendesk.com/agent/tickets/1004',
      caseUrl: 'https://usher.acme.example/cases/sandbox-1004',
      lookAgain: 'sandbox-1004 0123',
      isRepeat: false,
    });
    const shown = slackBlocks(
      cardBlocks(card),
      text,
      (action, label) => html`<button value="${action}">${label}</button>`,
    );
    const page = await browser.newPage({ viewport: { width: 700, height: 560 } });
    const main = html`<main style="padding:1rem"><p><strong>Usher</strong> <span class="tag">app</span> in #usher-operations</p>${shown}</main>`;
    await page.setContent(
      `<!doctype html><html lang="en"><title>Slack</title><style>${styleSheet}</style><body>${main.markup}</body></html>`,
    );
    expect(await page.locator('main').innerText()).toContain(subject);
    expect(await page.locator('a').allInnerTexts()).toEqual(['Open ticket', 'Why']);
    expect(await page.locator('button').allInnerTexts()).toEqual(['Look again']);
    await picture(page, 'slack-card', false);
    await page.close();
  });
});
