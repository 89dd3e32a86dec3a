// Reading single objects and cursor-paged lists, parsed, with Problems for everything unexpected.
import type { z } from 'zod';
import { apiError, readProblem, strangeAnswer } from './errors.js';
import type { Params, Reply, ZendeskHttp } from './http.js';
import { PAGE_SIZE } from './options.js';

export type Get = ZendeskHttp['get'];

/** Parses one member of a JSON answer. Throws ProblemError (network) naming the path that does not fit. */
export function parse<T extends z.ZodType>(shape: T, value: unknown, what: string): z.output<T> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw strangeAnswer(what, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** Whether the API itself says that there is no such record. */
export function isMissing(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.status === 404 && apiError(reply.json) !== null;
}

/** The body of a read that must answer 200. Throws ProblemError otherwise. */
export function bodyOf(reply: Reply, what: string): Record<string, unknown> {
  if (reply.kind === 'answer' && reply.status === 200) {
    if (reply.json) return reply.json;
    throw strangeAnswer(what, 'the body is not a JSON object');
  }
  throw readProblem(reply, what);
}

/** One record under its name in the answer, or null when the API says that it is not there. */
export async function readOne<T extends z.ZodType>(
  get: Get,
  path: string,
  name: string,
  shape: T,
): Promise<z.output<T> | null> {
  const reply = await get(path);
  if (isMissing(reply)) return null;
  return parse(shape, bodyOf(reply, path)[name], path);
}

export interface Page {
  body: Record<string, unknown>;
  rows: unknown[];
  more: boolean;
}

/**
 * Pages of a list by cursor (`page[size]`, `page[after]`). The next page is asked by its cursor, never by following an address
 * out of an answer. Lists that do not page (archived tickets' audits) come as one page.
 */
export async function* pages(get: Get, path: string, name: string, params: Params = {}): AsyncGenerator<Page> {
  let after: string | null = null;
  const seen = new Set<string>();
  do {
    const asked: Params = { ...params, 'page[size]': PAGE_SIZE, ...(after === null ? {} : { 'page[after]': after }) };
    const body = bodyOf(await get(path, asked), path);
    const rows = body[name];
    if (!Array.isArray(rows)) throw strangeAnswer(path, `${name} is not a list`);
    const meta = (body.meta ?? {}) as { has_more?: unknown; after_cursor?: unknown };
    after = meta.has_more === true && typeof meta.after_cursor === 'string' ? meta.after_cursor : null;
    if (after !== null && seen.has(after)) throw strangeAnswer(path, 'the same page cursor came twice');
    if (after !== null) seen.add(after);
    yield { body, rows, more: after !== null };
  } while (after !== null);
}
