// The app's Home and an approval's card as pictures of the docs show them: plain words, and buttons of our own.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardBlocks } from '../../src/adapters/slack/card-blocks.js';
import { type ApprovalCardInput, approvalCard } from '../../src/core/approval-card.js';
import type { ChatCard } from '../../src/core/chat-card.js';
import { homeCard } from '../../src/core/home-card.js';
import { html } from '../../src/http/pages/html.js';
import { slackBlocks } from '../../src/http/pages/slack-blocks.js';
import { styleSheet } from '../../src/http/pages/style.js';
import { complaintOfContent } from '../../src/sandbox/slack-checks.js';
import { hasBrowser, launch, picture } from './browser.js';

const caseUrl = 'https://usher.acme.example/cases/sandbox-1004';
const approval: ApprovalCardInput = {
  id: '0123456789abcdef0123456789abcdef',
  name: 'organization',
  ticketId: '1004',
  subject: 'Add user <https://evil.example|click> <!channel>',
  contents: {
    approvers: [{ role: 'lead', name: 'Mercedes Davis', address: 'mercedes@example.com', slack: 'U0MERCEDES' }],
    asks: {
      requester: 'Kim Doe, kim@madeup.example',
      organization: 'Made Up Solar Company LLC',
      reason: 'The organization is listed, and the requester is none of its admins',
      evidence: ['The mail domain madeup.example stands in Sellers!B12'],
    },
    consequence: {
      rule: 'approved',
      reason: '',
      effects: [
        { type: 'reply', template: 'added', locale: 'en', text: 'Hello Kim,\n\nyou have access now.', html: '' },
      ],
    },
  },
  state: 'open',
  by: '',
  answeredAt: null,
  ticketUrl: 'https://acme.zendesk.com/agent/tickets/1004',
  caseUrl,
  isRepeat: false,
};
const home = homeCard({
  asked: [{ ...approval, until: '2026-03-04T10:32:00.000Z' }],
  hasMore: false,
  held: [{ ticketId: '1007', subject: 'API <@U1>', reason: 'A company is named and nothing proves it', caseUrl }],
  heldCount: 4,
  underWay: 12,
  stops: [],
});

it('a full Home is within what Slack takes', () => {
  const one = { ...approval, caseUrl, until: null };
  const full = homeCard({
    asked: Array.from({ length: 10 }, () => one),
    hasMore: true,
    held: Array.from({ length: 15 }, (_, n) => ({ ticketId: `${n}`, subject: '', reason: null, caseUrl })),
    heldCount: 40,
    underWay: 0,
    stops: [
      { programme: null, by: 'Kim' },
      { programme: 'one', by: 'Kim' },
    ],
  });
  const blocks = cardBlocks(full);
  expect(complaintOfContent('home', blocks)).toBeNull();
  const ids = blocks.flatMap((block) => ('block_id' in block && block.block_id ? [block.block_id] : []));
  expect(new Set(ids).size).toBe(10);
  expect(JSON.stringify(blocks)).toContain('and 25 more');
});

describe.skipIf(!hasBrowser())('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function shown(card: ChatCard, where: string, height: number) {
    const page = await browser.newPage({ viewport: { width: 700, height } });
    const blocks = slackBlocks(
      cardBlocks(card),
      '',
      (action, label) => html`<button value="${action}">${label}</button>`,
    );
    const main = html`<main style="padding:1rem"><p><strong>Usher</strong> <span class="tag">app</span> ${where}</p>${blocks}</main>`;
    await page.setContent(
      `<!doctype html><html lang="en"><title>Slack</title><style>${styleSheet}</style><body>${main.markup}</body></html>`,
    );
    return page;
  }

  it('the Home says what waits, with the same answers as the card', async () => {
    const page = await shown(home, 'Home', 390);
    const text = await page.locator('main').innerText();
    expect(text).toContain('#1004: Add user <https://evil.example|click> <!channel> (organization)');
    expect(text).toContain('Until 2026-03-04 10:32 UTC');
    expect(text).toContain('Needs a person: 4');
    expect(await page.locator('button').allInnerTexts()).toEqual(['Approve', 'Refuse']);
    expect(await page.locator('a').allInnerTexts()).toEqual(['Why', 'Why']);
    await picture(page, 'slack-home', false);
    await page.close();
  });

  it('the card of an approval shows what would go out word for word', async () => {
    const page = await shown(approvalCard(approval)!.card, 'to you', 570);
    expect(await page.locator('main').innerText()).toContain('you have access now.');
    expect(await page.locator('button').allInnerTexts()).toEqual(['Approve', 'Refuse']);
    await picture(page, 'slack-approval', false);
    await page.close();
  });
});
