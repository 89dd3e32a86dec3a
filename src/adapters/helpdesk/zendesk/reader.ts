// The Zendesk adapter that reads. It has no way to write: shadow mode builds nothing else.
import type { HelpdeskReader } from '../../../ports.js';
import { findMark, inspect } from './audits.js';
import { changedSince, type PollSources } from './changed-since.js';
import { fetchTicket } from './fetch-ticket.js';
import { fieldCatalogs } from './field-catalog.js';
import { zendeskHttp } from './http.js';
import { readImages } from './images.js';
import type { ZendeskOptions } from './options.js';
import { people } from './people.js';
import { suspendedCount } from './suspended.js';
import { ticketBatch } from './ticket-batch.js';

/** A reader for one account. Throws ProblemError when the address may not be spoken to; asks nothing until used. */
export function zendeskReader(options: ZendeskOptions): HelpdeskReader {
  const { get, base } = zendeskHttp(options);
  const known = people(get, options);
  const catalogs = fieldCatalogs(get, options);
  const now = options.now ?? Date.now;
  const tickets = { get, base, people: known, catalog: () => catalogs(), batch: ticketBatch(get), options };
  const history = { get, people: known, now, hasServerTime: options.now === undefined };
  const memory = { forbiddenAt: null, overlapAt: null };
  const poll: PollSources = { get, now, onProblem: once(options.onProblem), memory };
  return {
    name: options.name,
    fetchTicket: (id, before) => fetchTicket(tickets, id, before),
    changedSince: (cursor, since, walk) => changedSince(poll, cursor, since, walk),
    suspendedCount: () => suspendedCount(get),
    inspect: (id, since) => inspect(history, id, since),
    findMark: (id, mark, notBefore) => findMark(history, id, mark, notBefore),
    images: (id) => readImages(get, base, options, id),
    agent: async (id) => {
      const user = (await known.users([id])).get(id);
      return user ? { name: user.name, email: user.email } : null;
    },
  };
}

/** The same row comes with every poll: each kind of Problem is told of once. */
function once(report: ZendeskOptions['onProblem']): ZendeskOptions['onProblem'] {
  const told = new Set<string>();
  return (problem) => {
    if (told.has(problem.code)) return;
    told.add(problem.code);
    report?.(problem);
  };
}
