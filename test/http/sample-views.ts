// Fixed cases, lists and sandbox mail in memory, for the console's tests.
import { cardBlocks } from '../../src/adapters/slack/card-blocks.js';
import type { SandboxViews } from '../../src/http/http-options.js';
import type { CaseDetail, CaseFilter, CaseState, CaseViews, ListedCase, ListStatus } from '../../src/ports.js';
import { detailOf, sampleProgramme } from './sample-cases.js';
import { declineText, hostileName, olderSketches, type Sketch, sketches } from './sample-sketches.js';

const sampleAnswer = {
  heading: null,
  parts: [{ label: null, text: 'Needs a person\nRequester: <!channel> <b>Eve</b>' }],
  buttons: [],
  footer: null,
};
const sampleCard = {
  heading: 'Needs a person',
  parts: [
    { label: 'Ticket', text: '#5001: <!channel> <https://evil.example|bank> API access' },
    { label: 'Why', text: 'The organization could not be identified with certainty' },
  ],
  buttons: [
    { action: 'look-again' as const, label: 'Look again', value: 'sandbox-5001 abc', isPrimary: true },
    { action: 'open' as const, label: 'Open ticket', url: 'https://help.example/tickets/5001' },
  ],
  footer: 'Case sandbox-5001',
};

export const sampleNow = new Date('2026-03-12T15:00:00Z');

/** Everything in memory; `shown` may be added to while a test runs. */
export class SampleViews implements CaseViews {
  shown = [...sketches, ...olderSketches].map(detailOf);

  async list(filter: CaseFilter): Promise<ListedCase[]> {
    const needle = (filter.search ?? '').toLowerCase();
    return this.shown
      .filter((c) => !filter.state || c.state === filter.state)
      .filter((c) => !filter.programme || c.programme === filter.programme)
      .filter((c) =>
        `${c.subject} ${c.requester.name} ${c.requester.email} ${c.ticketId}`.toLowerCase().includes(needle),
      )
      .slice(filter.offset, filter.offset + filter.limit);
  }

  async counts(): Promise<Record<CaseState, number>> {
    const counts = { new: 0, waiting: 0, acting: 0, held: 0, done: 0, 'not-for-usher': 0 };
    for (const c of this.shown) counts[c.state]++;
    return counts;
  }

  async latest(): Promise<null> {
    return null;
  }

  async detail(id: string): Promise<CaseDetail | null> {
    return this.shown.find((c) => c.id === id) ?? null;
  }
  async details(ids: string[]) {
    return this.shown.filter((c) => ids.includes(c.id));
  }

  /** What the sandbox does with a filed ticket: a new case at the top. */
  file(ticketId: string, subject: string): void {
    const sketch: Sketch = {
      id: Number(ticketId),
      subject,
      state: 'done',
      name: '',
      rule: 'unclear',
      outcome: null,
      reason: 'Filed by hand',
    };
    this.shown.unshift(detailOf(sketch, 0));
  }
}

export const sampleLists: ListStatus[] = [
  {
    list: 'approved-sellers',
    programme: sampleProgramme,
    title: 'Approved sellers',
    file: 'data/lists/Approved Sellers.xlsx',
    hash: 'ab'.repeat(32),
    rows: 214,
    readAt: '2026-03-12T14:57:00Z',
    problem: null,
    waiting: { hash: 'ef'.repeat(32), why: '37 new approvals at once', since: '2026-03-12T14:40:00Z' },
    approvals: {
      endSoon: [{ name: 'Harbor <Light>', cell: 'Sellers!G14', until: '2026-03-20' }],
      ended: 1,
      notYet: 2,
    },
    lint: [
      {
        code: 'struck-through',
        severity: 'error',
        sheet: 'Sellers',
        cell: 'B31',
        message: 'The name is struck through',
        fix: 'Remove the row, or the strike',
      },
      {
        code: 'trailing-space',
        severity: 'warning',
        sheet: 'Sellers',
        cell: 'B12',
        message: `"${hostileName} " ends in a space`,
        fix: 'Remove it',
      },
    ],
  },
  {
    list: 'api-tracker',
    programme: sampleProgramme,
    title: 'Installer API integration tracker',
    file: 'data/lists/Installer - API Integration Tracker.xlsx',
    hash: null,
    rows: 0,
    readAt: null,
    problem: 'The file is not there',
    waiting: null,
    lint: [],
  },
];

export const sampleReceived: SandboxViews = {
  replies: [
    {
      at: '2026-03-12T14:03:00Z',
      ticketId: '5002',
      to: 'ann@larkspur.example',
      subject: 'How do we get onto the API?',
      text: declineText,
    },
  ],
  mails: [
    {
      at: '2026-03-12T14:01:00Z',
      to: 'Mercedes.Davis@goeverbright.com',
      subject: 'API access request: Larkspur Energy (CA)',
      text: `${hostileName} asks for API access.\nThey are located in CA.`,
    },
  ],
  posts: [
    {
      at: '2026-03-12T14:02:00Z',
      ts: '1773324120.000100',
      channel: '#usher-operations',
      text: 'Needs a person: ticket #5001',
      blocks: cardBlocks(sampleCard),
    },
    {
      at: '2026-03-12T14:02:00Z',
      ts: '1773324120.000200',
      blocks: [],
      channel: '#everbright-sales',
      text: '*Larkspur Energy* (CA) is requesting API access. <https://help.example/tickets/5002|Ticket 5002> &lt;!channel&gt; <javascript:alert(1)|click>',
    },
  ],
  told: [
    {
      at: '2026-03-12T14:04:00Z',
      system: 'aurora-crm',
      request: 'PUT /records/R-1',
      answer: '1001',
      text: '{ "lead_id": "1000" }',
    },
    { at: '2026-03-12T14:05:00Z', system: 'partner-portal', request: '', answer: '1002', text: '{}' },
  ],
  files: [
    {
      at: '2026-03-12T14:06:00Z',
      ticketId: '1',
      name: 'screenshot.png',
      type: 'image/png',
      bytes: 120,
      isPublic: false,
    },
  ],
  whispers: [
    { at: '2026-03-12T14:02:00Z', user: 'U0MERCEDES', text: '/usher why 5001', blocks: cardBlocks(sampleAnswer) },
  ],
};
