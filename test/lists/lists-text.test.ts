// What `usher lists` prints.
import { expect, it } from 'vitest';
import { listsText } from '../../src/commands/lists-text.js';
import type { ListStatus } from '../../src/ports.js';

const status: ListStatus = {
  list: 'partners',
  programme: 'sample',
  title: 'Partners',
  file: 'partners.xlsx',
  hash: '0123456789abcdef0123',
  rows: 214,
  readAt: '2026-03-01T10:00:00.000Z',
  problem: null,
  waiting: null,
  lint: [
    {
      code: 'second-header',
      severity: 'error',
      sheet: 'Tracker',
      cell: 'A90',
      message: 'the headers stand again',
      fix: 'move it',
    },
    {
      code: 'spaces',
      severity: 'warning',
      sheet: 'Tracker',
      cell: 'B4',
      message: '"Ac\u202eme" has spaces',
      fix: 'remove them',
    },
  ],
};

it('prints age, version and every finding with its cell, hostile characters made visible', () => {
  expect(listsText([status])).toBe(`Partners (partners, sample): in use
  file     partners.xlsx
  content  214 rows, version 0123456789ab, last read 2026-03-01 10:00:00 UTC
  findings 2
    Tracker!A90  error    the headers stand again (move it)
    Tracker!B4   warning  "Ac\\u202eme" has spaces (remove them)
`);
});

it('says why a list is not in use and how to accept what waits', () => {
  const waiting = { hash: 'fedcba9876543210', why: '12 new approvals', since: '2026-03-01T09:30:00.000Z' };
  const text = listsText([{ ...status, problem: 'a changed version waits for a person', waiting, lint: [] }]);
  expect(text).toContain('NOT IN USE');
  expect(text).toContain('since 2026-03-01 09:30 UTC: 12 new approvals');
  expect(text).toContain('usher lists accept fedcba987654');
  expect(text).toContain('findings none');
});

it('counts findings beyond a screenful, and says when there is no list', () => {
  const many = Array.from({ length: 60 }, () => status.lint[1]!);
  expect(listsText([{ ...status, lint: many }])).toContain('... and 20 more');
  expect(listsText([])).toBe('No programme uses a list.\n');
});

it('names approvals that end soon, with the cell of their last day', () => {
  const endSoon = [{ name: 'Ac\u202eme', cell: 'Tracker!G14', until: '2026-11-30' }];
  const text = listsText([{ ...status, lint: [], approvals: { endSoon, ended: 3, notYet: 1 } }]);
  expect(text).toContain(
    '  approved 1 end soon, 3 ended, 1 not yet begun\n    2026-11-30  Ac\\u202eme (Tracker!G14)\n',
  );
});
