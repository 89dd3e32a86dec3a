// Mail that Zendesk holds back as suspended never becomes a ticket: it is counted, and never recovered by us.
import { apiError } from './errors.js';
import { type Get, pages } from './read.js';

const PAGES_MAX = 50;

/**
 * How many suspended tickets there are, 5,000 at most; null where our account may not see them (contract: agents in custom
 * roles need a permission). Throws ProblemError (network).
 */
export async function suspendedCount(get: Get): Promise<number | null> {
  let isForbidden = false;
  const asked: Get = async (path, params) => {
    const reply = await get(path, params, { rank: 'background' });
    isForbidden = reply.kind === 'answer' && [403, 404].includes(reply.status) && apiError(reply.json) !== null;
    return reply;
  };
  let count = 0;
  let read = 0;
  try {
    for await (const page of pages(asked, '/suspended_tickets', 'suspended_tickets')) {
      count += page.rows.length;
      read += 1;
      if (read >= PAGES_MAX) break;
    }
  } catch (error) {
    if (isForbidden) return null;
    throw error;
  }
  return count;
}
