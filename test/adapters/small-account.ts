// A Zendesk account of one ticket, as a server of canned answers that tests replace, and a reader that is connected to it.
import { afterEach } from 'vitest';
import type { ZendeskOptions } from '../../src/adapters/helpdesk/zendesk/options.js';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { json, page, type TinyServer, tinyServer } from './tiny-server.js';

export type Dict = Record<string, unknown>;
export const at = '2026-02-03T04:05:06Z';
export const bot = { id: 1, role: 'agent', name: 'Usher', email: 'bot@ex.test' };
export const ann = {
  id: 2,
  role: 'end-user',
  name: 'Ann',
  email: 'ann@acme.example',
  locale: 'de',
  user_fields: { org_admin: 'Yes' },
};
export const ticket = {
  id: 7,
  subject: 's',
  description: 'd',
  status: 'open',
  requester_id: 2,
  created_at: at,
  updated_at: at,
};
export const comment = { id: 70, author_id: 2, public: true, body: 'b', created_at: at, via: { channel: 'email' } };

const servers: TinyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/**
 * A reader at a server that answers by path, with or without query; what is not given answers as on a small account. A number is an
 * error of the API with that status, a text the status of a page.
 */
export async function reader(answers: Dict, more: Partial<ZendeskOptions> = {}, serverDate?: string) {
  const routes: Dict = {
    '/users/me': { user: bot },
    '/users/show_many': { users: [ann, bot] },
    '/ticket_fields': { ticket_fields: [] },
    '/tickets/7': { ticket },
    '/tickets/7/comments': { comments: [comment] },
    '/tickets/7/audits': { audits: [] },
    ...answers,
  };
  let pause: string | null = null;
  const server = await tinyServer((asked, out) => {
    if (pause !== null) return json(out, 429, { error: 'APIRateLimitExceeded' }, { 'retry-after': pause });
    const path = decodeURIComponent(asked.path.replace(/^\/api\/v2/, ''));
    const answer = routes[path] ?? routes[path.replace(/\?.*/, '')];
    if (typeof answer === 'number') return json(out, answer, { error: `Error${answer}` });
    if (typeof answer === 'string') return page(out, Number(answer));
    const headers: Record<string, string> = serverDate === undefined ? {} : { date: serverDate };
    json(out, answer === undefined ? 404 : 200, answer ?? { error: 'RecordNotFound' }, headers);
  });
  servers.push(server);
  const options = { name: 'zendesk', url: server.url, email: 'bot@ex.test', apiToken: 't', allowPrivateNetwork: true };
  const change = {
    answers: (next: Dict) => void Object.assign(routes, next),
    refuse429: (seconds: string) => {
      pause = seconds;
    },
  };
  return { server: { ...server, ...change }, reader: zendeskReader({ ...options, ...more }) };
}
