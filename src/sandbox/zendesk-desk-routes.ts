// The endpoints of the sandbox Zendesk that show how the help desk is set up; all of them only read.
import type { LoopbackAnswer } from './loopback-server.js';
import { notFound, zendeskError } from './zendesk-errors.js';
import { pageAnswer } from './zendesk-pages.js';
import type { Call, Route } from './zendesk-routes.js';
import type { ZendeskBusinessRule, ZendeskGroup } from './zendesk-types.js';

const since = '2024-01-08T09:00:00Z';

export const deskRoutes: Route[] = [
  ['GET', /^\/groups$/, listGroups],
  ['GET', /^\/groups\/(\d+)$/, showGroup],
  ['GET', /^\/triggers\/active$/, (call) => listRules(call, 'triggers')],
  ['GET', /^\/automations\/active$/, (call) => listRules(call, 'automations')],
  ['GET', /^\/account\/settings$/, showSettings],
  ['GET', /^\/custom_roles\/(\d+)$/, (call) => forAdmins(call, showRole)],
  ['GET', /^\/webhooks$/, (call) => forAdmins(call, listWebhooks)],
];

function forAdmins(call: Call, act: (call: Call) => LoopbackAnswer): LoopbackAnswer {
  return call.actor.role === 'admin' ? act(call) : { status: 403, body: zendeskError(403) };
}

function groupJson({ world }: Call, group: ZendeskGroup): ZendeskGroup & Record<string, unknown> {
  return {
    url: `${world.url}/api/v2/groups/${group.id}.json`,
    ...group,
    description: '',
    default: group.id === world.desk.groups[0]?.id,
    is_public: true,
    created_at: since,
    updated_at: since,
  };
}

function listGroups(call: Call): LoopbackAnswer {
  const rows = call.world.desk.groups.filter((g) => !g.deleted).map((g) => groupJson(call, g));
  return pageAnswer(call.request, call.world.url, { name: 'groups', rows });
}

function showGroup(call: Call): LoopbackAnswer {
  const group = call.world.desk.groups.find((g) => g.id === Number(call.id));
  return group ? { status: 200, body: { group: groupJson(call, group) } } : notFound();
}

function listRules({ world, request }: Call, name: 'triggers' | 'automations'): LoopbackAnswer {
  const row = (rule: ZendeskBusinessRule, position: number) => ({
    url: `${world.url}/api/v2/${name}/${rule.id}.json`,
    ...rule,
    raw_title: rule.title,
    position,
    default: false,
    ...(name === 'triggers' ? { description: '', category_id: '10026' } : {}),
    created_at: since,
    updated_at: since,
  });
  const rows = world.desk[name].filter((rule) => rule.active).map(row);
  return pageAnswer(request, world.url, { name, rows });
}

function showSettings({ world }: Call): LoopbackAnswer {
  const { features } = world.desk;
  const settings = {
    active_features: { ...features, ticket_forms: true, user_tagging: true, sandbox: true },
    tickets: { tagging: features.ticket_tagging, comments_public_by_default: true },
    api: { accepted_api_agreement: true, api_password_access: 'false', api_token_access: 'true' },
  };
  return { status: 200, body: { settings } };
}

function showRole({ world, id }: Call): LoopbackAnswer {
  const role = world.desk.customRoles.find((r) => r.id === Number(id));
  if (!role) return notFound();
  return { status: 200, body: { custom_role: { ...role, description: '', created_at: since, updated_at: since } } };
}

function listWebhooks({ world, request }: Call): LoopbackAnswer {
  const webhook = {
    id: '01J0SANDBOXWEBHOOK00000000',
    name: 'Usher',
    status: 'active',
    endpoint: world.webhookUrl,
    http_method: 'POST',
    request_format: 'json',
    subscriptions: ['conditional_ticket_events'],
    created_at: since,
    updated_at: since,
  };
  return pageAnswer(request, world.url, { name: 'webhooks', rows: world.webhookUrl ? [webhook] : [] });
}
