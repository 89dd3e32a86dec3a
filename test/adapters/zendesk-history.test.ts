// What the Zendesk reader makes of a ticket's history: marks that stand, are missing or cannot be read, and who did what when.
import { describe, expect, it } from 'vitest';
import { at, type Dict, reader } from './small-account.js';

describe('reading history', () => {
  const audit = (id: number, minute: number, more: Dict = {}) => ({
    id,
    author_id: 1,
    created_at: `2026-02-03T04:${String(minute).padStart(2, '0')}:00Z`,
    via: { channel: 'api' },
    events: [],
    ...more,
  });
  const marked = { metadata: { custom: { usher: 'm1' } } };

  it('finds the newest audit even where the account does not sort them', async () => {
    const { reader: desk } = await reader({
      '/tickets/7/audits?sort=-created_at&page[size]=100': {
        audits: [audit(1, 1), audit(2, 2)],
        meta: { has_more: true, after_cursor: 'next' },
      },
      '/tickets/7/audits?sort=-created_at&page[size]=100&page[after]=next': {
        audits: [audit(3, 50, marked)],
        meta: { has_more: false, after_cursor: 'last' },
      },
    });
    expect(await desk.findMark('7', 'm1', '2026-02-03T04:50:00Z')).toMatchObject({
      kind: 'found',
      receipt: { auditId: '3' },
    });
  });

  it('looks five minutes further back than asked, not more', async () => {
    const { reader: desk } = await reader({ '/tickets/7/audits': { audits: [audit(3, 50, marked)] } });
    expect((await desk.findMark('7', 'm1', '2026-02-03T04:54:59Z')).kind).toBe('found');
    expect((await desk.findMark('7', 'm1', '2026-02-03T04:55:01Z')).kind).toBe('absent');
  });

  it.each([404, 403, 500])('cannot tell when the audits answer %i', async (status) => {
    const { reader: desk } = await reader({ '/tickets/7/audits': status });
    expect((await desk.findMark('7', 'm1', at)).kind).toBe('cannot-tell');
  });

  it('counts an author that it cannot name as an agent, and rules and the system as automation', async () => {
    const audits = [
      audit(9, 30, { author_id: 999 }),
      audit(8, 29, { author_id: -1 }),
      audit(7, 28, { author_id: 1, via: { channel: 'rule' } }),
      audit(6, 27, {
        author_id: 2,
        events: [
          { type: 'Comment', public: true },
          { type: 'Change', field_name: 'status' },
        ],
      }),
    ];
    const { reader: desk } = await reader({ '/tickets/7/audits': { audits } });
    const seen = await desk.inspect('7', at);
    expect(seen?.changes.map((change) => change.by)).toEqual(['agent', 'automation', 'automation', 'requester']);
    expect(seen?.changes[3]).toMatchObject({ comment: 'public', fields: ['status'], mark: null });
  });

  const unreadable: [string, unknown][] = [
    ['metadata that is a text', 'gone'],
    ['metadata that is a list', []],
    ['custom metadata that is a text', { custom: 'usher=m1' }],
    ['custom metadata that is a list', { custom: ['m1'] }],
    ['a mark that is a number', { custom: { usher: 1 } }],
    ['a mark that is null', { custom: { usher: null } }],
  ];
  it.each(unreadable)(
    'cannot tell a mark while our own update carries %s, and reports none for it',
    async (_, metadata) => {
      const audits = [audit(3, 50, { metadata, events: [{ type: 'Comment', public: true }] })];
      const { reader: desk } = await reader({ '/tickets/7/audits': { audits } });
      expect((await desk.findMark('7', 'm1', '2026-02-03T04:50:00Z')).kind).toBe('cannot-tell');
      expect((await desk.inspect('7', at))?.changes).toMatchObject([{ by: 'usher', comment: 'public', mark: null }]);
    },
  );

  it('finds a mark beside an update of ours that cannot be read', async () => {
    const audits = [audit(4, 51, { metadata: 'gone' }), audit(3, 50, marked)];
    const { reader: desk } = await reader({ '/tickets/7/audits': { audits } });
    expect((await desk.findMark('7', 'm1', '2026-02-03T04:50:00Z')).kind).toBe('found');
  });

  const harmless: [string, Dict][] = [
    ['somebody else wrote it', { author_id: 2, metadata: 'gone' }],
    ['it is older than the window', { metadata: 'gone', created_at: '2026-02-03T03:00:00Z' }],
    ['it has no metadata', { metadata: null }],
    ['its metadata is empty', { metadata: { system: {}, custom: {} } }],
    ['its metadata is of others', { metadata: { custom: { other: { deep: true } } } }],
  ];
  it.each(harmless)('tells that a mark is absent when an update carries none: %s', async (_, more) => {
    const { reader: desk } = await reader({ '/tickets/7/audits': { audits: [audit(3, 50, more)] } });
    expect((await desk.findMark('7', 'm1', '2026-02-03T04:50:00Z')).kind).toBe('absent');
  });

  it("tells when it read the ticket by the far side's clock", async () => {
    const { reader: desk } = await reader({}, {}, 'Tue, 03 Feb 2026 04:05:07 GMT');
    expect((await desk.inspect('7', at))?.readAt).toBe('2026-02-03T04:05:07.000Z');
  });

  it.each(['soon', '2026-02-03T04:05:07Z', '7', 'Tue, 99 Feb 2026 04:05:07 GMT', ''])(
    'takes our clock before it asked when the far side says %j',
    async (date) => {
      const { reader: desk, server } = await reader({}, {}, date);
      const before = Date.now();
      const readAt = Date.parse((await desk.inspect('7', at))?.readAt ?? '');
      expect(server.asked.length).toBeGreaterThan(0);
      expect(readAt).toBeGreaterThanOrEqual(before);
      expect(readAt).toBeLessThanOrEqual(Date.now());
    },
  );

  it('takes an injected clock at the moment before it asks', async () => {
    let clock = Date.parse('2026-02-03T05:00:00Z');
    const { reader: desk } = await reader({}, { now: () => clock++ });
    expect((await desk.inspect('7', at))?.readAt).toBe('2026-02-03T05:00:00.000Z');
  });
});
