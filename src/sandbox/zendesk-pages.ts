// Zendesk's two ways of paging: by cursor (`page[size]`, `page[after]`) and by offset (`page`, `per_page`).
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { errorAnswer } from './zendesk-errors.js';

export interface Listed {
  name: string;
  /** Oldest first, each with a numeric id and created_at. */
  rows: { id?: unknown }[];
  /** Extra members of the answer, such as side-loaded users, for the rows shown. */
  aside?: (rows: { id?: unknown }[]) => Record<string, unknown>;
}

const perPageMax = 100;
const offsetRowsMax = 10_000;

/** Answers one page. The two ways must not be mixed; `sort` belongs to the cursor, `sort_order` to the offset way. */
export function pageAnswer(request: LoopbackRequest, base: string, listed: Listed): LoopbackAnswer {
  const { query } = request;
  const byCursor = ['page[size]', 'page[after]', 'page[before]'].some((k) => query.has(k));
  if (byCursor && (query.has('page') || query.has('per_page'))) {
    return errorAnswer(400, 'InvalidPaginationParameter', 'Cursor and offset pagination must not be mixed');
  }
  return byCursor ? cursorPage(request, base, listed) : offsetPage(request, base, listed);
}

function cursorPage({ query, path }: LoopbackRequest, base: string, listed: Listed): LoopbackAnswer {
  const newestFirst = (query.get('sort') ?? '').startsWith('-');
  const rows = newestFirst ? [...listed.rows].reverse() : listed.rows;
  const size = Math.min(Math.max(Number(query.get('page[size]') ?? perPageMax) || perPageMax, 1), perPageMax);
  const after = query.get('page[after]');
  let start = 0;
  if (after) {
    const id = Number(Buffer.from(after, 'base64').toString('utf8'));
    const at = rows.findIndex((r) => r.id === id);
    if (at < 0) return errorAnswer(400, 'InvalidPaginationParameter', 'page[after] is not valid');
    start = at + 1;
  }
  const shown = rows.slice(start, start + size);
  const last = shown.at(-1)?.id;
  const hasMore = start + size < rows.length;
  const cursor = last === undefined ? null : Buffer.from(String(last)).toString('base64');
  const next = new URL(path, base);
  if (cursor) next.searchParams.set('page[after]', cursor);
  return {
    status: 200,
    body: {
      [listed.name]: shown,
      ...listed.aside?.(shown),
      meta: { has_more: hasMore, after_cursor: cursor, before_cursor: null },
      links: { prev: null, next: hasMore ? next.href : null },
    },
  };
}

function offsetPage({ query, path }: LoopbackRequest, base: string, listed: Listed): LoopbackAnswer {
  const rows = query.get('sort_order') === 'desc' ? [...listed.rows].reverse() : listed.rows;
  const size = Math.min(Math.max(Number(query.get('per_page') ?? perPageMax) || perPageMax, 1), perPageMax);
  const page = Math.max(Number(query.get('page') ?? 1) || 1, 1);
  if (page > 100 || (page - 1) * size >= offsetRowsMax) {
    return errorAnswer(400, 'InvalidPaginationDepth', 'Offset pagination ends at 100 pages');
  }
  const shown = rows.slice((page - 1) * size, page * size);
  const at = (n: number) => {
    const url = new URL(path, base);
    url.searchParams.set('page', String(n));
    return url.href;
  };
  return {
    status: 200,
    body: {
      [listed.name]: shown,
      ...listed.aside?.(shown),
      next_page: page * size < rows.length ? at(page + 1) : null,
      previous_page: page > 1 ? at(page - 1) : null,
      count: rows.length,
    },
  };
}
