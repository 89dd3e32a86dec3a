// The endpoints of the sandbox Zendesk: who may ask, and which function answers.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { deskRoutes } from './zendesk-desk-routes.js';
import { errorAnswer, notFound, zendeskError } from './zendesk-errors.js';
import { exportTickets } from './zendesk-export.js';
import { showFile } from './zendesk-files.js';
import { auditJson, commentJson, fieldJson, organizationJson, userJson } from './zendesk-json.js';
import type { Limits } from './zendesk-limits.js';
import { pageAnswer } from './zendesk-pages.js';
import { postTicket } from './zendesk-post.js';
import { searchTickets } from './zendesk-search.js';
import { showTicket, showTickets, usersJson, visibleTicket } from './zendesk-show.js';
import type { ZendeskUser } from './zendesk-types.js';
import { changeTags, putTicket } from './zendesk-update.js';
import { postUpload } from './zendesk-uploads.js';
import type { ZendeskWorld } from './zendesk-world.js';

export interface ZendeskApi {
  world: ZendeskWorld;
  limits: Limits;
  apiToken: string;
  repeatRows: boolean;
  searchLagSeconds: number;
  exportPageMax: number;
}

export interface Call {
  api: ZendeskApi;
  world: ZendeskWorld;
  request: LoopbackRequest;
  actor: ZendeskUser;
  /** What the route's groups matched. */
  id: string;
}

export type Route = [string, RegExp, (call: Call) => LoopbackAnswer];

const routes: Route[] = [
  ['GET', /^\/tickets\/(\d+)$/, showTicket],
  ['GET', /^\/tickets\/show_many$/, showTickets],
  ['PUT', /^\/tickets\/(\d+)$/, (call) => onTicket(call, putTicket)],
  ['POST', /^\/tickets$/, ({ world, request, actor }) => postTicket(world, request, actor)],
  ['POST', /^\/uploads$/, ({ world, request }) => postUpload(world, request)],
  ['PUT', /^\/tickets\/(\d+)\/tags$/, (call) => onTicket(call, changeTags)],
  ['POST', /^\/tickets\/(\d+)\/tags$/, (call) => onTicket(call, changeTags)],
  ['DELETE', /^\/tickets\/(\d+)\/tags$/, (call) => onTicket(call, changeTags)],
  ['GET', /^\/tickets\/(\d+)\/comments$/, listComments],
  ['GET', /^\/tickets\/(\d+)\/audits$/, listAudits],
  ['GET', /^\/incremental\/tickets\/cursor$/, exportCall],
  ['GET', /^\/search$/, searchCall],
  ['GET', /^\/suspended_tickets$/, listSuspended],
  ['GET', /^\/users\/me$/, ({ world, actor }) => ({ status: 200, body: { user: userJson(world, actor) } })],
  ['GET', /^\/users\/show_many$/, showUsers],
  ['GET', /^\/users\/search$/, searchUsers],
  ['GET', /^\/users\/(\d+)$/, showUser],
  ['GET', /^\/users\/(\d+)\/organization_memberships$/, listMemberships],
  ['GET', /^\/organizations\/search$/, searchOrganizations],
  ['GET', /^\/organizations\/(\d+)$/, showOrganization],
  ['GET', /^\/ticket_fields$/, listFields],
  ...deskRoutes,
];

/** Answers one API call: who asks, limits, route. */
export function answerCall(api: ZendeskApi, request: LoopbackRequest): LoopbackAnswer {
  const { world, limits } = api;
  const actor = whoAsks(api, request);
  if (actor === 'anonymous') {
    // The vendor's surprise: without credentials this call succeeds, as nobody.
    if (request.route !== '/api/v2/users/me') return { status: 401, body: zendeskError(401) };
    return {
      status: 200,
      body: { user: { id: null, name: 'Anonymous user', email: 'invalid@example.com', role: 'end-user' } },
    };
  }
  if (!actor) return { status: 401, body: zendeskError(401) };
  const file = /^\/attachments\/(\d+)$/.exec(request.route)?.[1];
  if (file !== undefined && request.method === 'GET') return showFile(world, file);
  const { headers, refused } = limits.request();
  if (refused) return { ...refused, headers: { ...headers, ...refused.headers } };
  const answer = dispatch({ api, world, request, actor, id: '' });
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function dispatch(call: Call): LoopbackAnswer {
  const path = call.request.route.replace(/^\/api\/v2/, '');
  for (const [method, pattern, act] of routes) {
    const match = method === call.request.method && pattern.exec(path);
    if (match) return act({ ...call, id: match[1] ?? '' });
  }
  return errorAnswer(404, 'InvalidEndpoint', 'Not found');
}

/** `Basic base64("{email}/token:{token}")`; a token works for every agent of the account. */
function whoAsks(
  { world, apiToken }: ZendeskApi,
  { authorization }: LoopbackRequest,
): ZendeskUser | 'anonymous' | null {
  if (!authorization) return 'anonymous';
  if (!authorization.startsWith('Basic ')) return null;
  const [, email, token] =
    /^(.+)\/token:(.*)$/s.exec(Buffer.from(authorization.slice(6), 'base64').toString('utf8')) ?? [];
  const user = world.userByEmail(email ?? '');
  return token === apiToken && user && user.role !== 'end-user' && !user.suspended ? user : null;
}

function onTicket(call: Call, act: typeof putTicket): LoopbackAnswer {
  const ticket = visibleTicket(call);
  if (!ticket) return notFound();
  return within(call.api.limits.update(ticket.id, call.actor.id), () =>
    act(call.world, call.request, ticket, call.actor),
  );
}

/** The answer with the headers of its endpoint's limit, or the 429. */
function within(
  { headers, refused }: { headers: Record<string, string>; refused: LoopbackAnswer | null },
  act: () => LoopbackAnswer,
): LoopbackAnswer {
  const answer = refused ?? act();
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function listComments(call: Call): LoopbackAnswer {
  const ticket = visibleTicket(call);
  if (!ticket) return notFound();
  const { world, request } = call;
  const stale = request.fault?.kind === 'stale-audits' ? 1 : 0;
  const rows = ticket.comments.slice(0, ticket.comments.length - stale).map((c) => commentJson(c, ticket));
  const withUsers = (request.query.get('include') ?? '').split(',').includes('users');
  return pageAnswer(request, world.url, {
    name: 'comments',
    rows,
    aside: (shown) => {
      const authors = new Set(shown.map((c) => (c as { author_id?: number }).author_id ?? null));
      return withUsers ? { users: [...authors].flatMap((id) => usersJson(world, id)) } : {};
    },
  });
}

function listAudits(call: Call): LoopbackAnswer {
  const ticket = visibleTicket(call);
  if (!ticket) return notFound();
  const stale = call.request.fault?.kind === 'stale-audits' ? 1 : 0;
  const rows = ticket.audits.slice(0, ticket.audits.length - stale).map(auditJson);
  return pageAnswer(call.request, call.world.url, { name: 'audits', rows });
}

function exportCall({ api, world, request, actor }: Call): LoopbackAnswer {
  if (actor.role !== 'admin') return { status: 403, body: zendeskError(403) };
  return within(api.limits.exported(), () => exportTickets(world, request, api));
}

function searchCall({ api, world, request }: Call): LoopbackAnswer {
  return within(api.limits.searched(), () => searchTickets(world, request, api.searchLagSeconds));
}

function listSuspended({ world, request }: Call): LoopbackAnswer {
  const rows = world.state.suspended ?? [];
  return pageAnswer(request, world.url, { name: 'suspended_tickets', rows });
}

function showUser({ world, id }: Call): LoopbackAnswer {
  const user = world.user(Number(id));
  return user ? { status: 200, body: { user: userJson(world, user) } } : notFound();
}

function showUsers({ world, request }: Call): LoopbackAnswer {
  const ids = (request.query.get('ids') ?? '').split(',').filter(Boolean).slice(0, 100);
  const users = ids.flatMap((id) => usersJson(world, Number(id)));
  return { status: 200, body: { users, next_page: null, previous_page: null, count: users.length } };
}

function searchUsers({ world, request }: Call): LoopbackAnswer {
  const wanted = (request.query.get('query') ?? '')
    .replace(/^email:/, '')
    .replaceAll('"', '')
    .trim()
    .toLowerCase();
  const rows = world.state.users
    .filter((u) => u.email?.toLowerCase() === wanted || (wanted !== '' && u.name.toLowerCase().includes(wanted)))
    .map((u) => userJson(world, u));
  return pageAnswer(request, world.url, { name: 'users', rows });
}

function listMemberships({ world, request, id }: Call): LoopbackAnswer {
  if (!world.user(Number(id))) return notFound();
  const rows = world.state.memberships
    .filter((m) => m.user_id === Number(id))
    .sort((a, b) => Number(b.default) - Number(a.default))
    .map((m) => {
      const organization = world.organization(m.organization_id);
      return {
        url: `${world.url}/api/v2/organization_memberships/${m.id}.json`,
        ...m,
        default: m.default ? true : null,
        organization_name: organization?.name ?? '',
        view_tickets: true,
        created_at: organization?.created_at ?? world.iso(),
        updated_at: organization?.updated_at ?? world.iso(),
      };
    });
  return pageAnswer(request, world.url, { name: 'organization_memberships', rows });
}

function showOrganization({ world, id }: Call): LoopbackAnswer {
  const organization = world.organization(Number(id));
  return organization ? { status: 200, body: { organization: organizationJson(world, organization) } } : notFound();
}

function searchOrganizations({ world, request }: Call): LoopbackAnswer {
  const name = request.query.get('name')?.toLowerCase();
  const externalId = request.query.get('external_id');
  const rows = world.state.organizations
    .filter((o) => (name ? o.name.toLowerCase() === name : o.external_id !== null && o.external_id === externalId))
    .map((o) => organizationJson(world, o));
  return pageAnswer(request, world.url, { name: 'organizations', rows });
}

function listFields({ world, request }: Call): LoopbackAnswer {
  const rows = world.state.fields.map((f) => fieldJson(world, f));
  return pageAnswer(request, world.url, { name: 'ticket_fields', rows });
}
