// What the sandbox answers is valid by the vendors' own API descriptions.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { clientOf, TestClock } from '../sandbox/zendesk-client.js';
import {
  complaints,
  descriptionsDir,
  hasDescriptions,
  schemasOf,
  setAt,
  slackDescription,
  zendeskDescription,
} from './descriptions.js';

if (!hasDescriptions) console.log(`skipped: no API descriptions in ${descriptionsDir} (set USHER_OPENAPI_DIR)`);

/** Where the 2024 description is stricter than what the vendor has answered for years: empty values are null. */
function withKnownGaps(description: Record<string, unknown>): Record<string, unknown> {
  const ticket = '/components/schemas/TicketObject/properties';
  const nullable = [
    'assignee_id',
    'organization_id',
    'external_id',
    'recipient',
    'forum_topic_id',
    'problem_id',
    'satisfaction_rating',
  ];
  for (const name of nullable) setAt(description, `${ticket}/${name}`, {});
  setAt(description, `${ticket}/type`, { enum: ['problem', 'incident', 'question', 'task', null] });
  // Check boxes are booleans and empty fields null; the 2026 description says so, this one says text.
  setAt(description, `${ticket}/custom_fields/items/properties/value`, {});
  return description;
}

/** Where the 2021 description is older than what the vendor answers: `app_id` on messages, cursors on histories. */
function withNewerSlack(description: Record<string, unknown>): Record<string, unknown> {
  setAt(description, '/definitions/objs_message/additionalProperties', true);
  setAt(description, '/paths/~1conversations.history/get/responses/200/schema/additionalProperties', true);
  return description;
}

describe.skipIf(!hasDescriptions)('an answer of the sandbox Zendesk', () => {
  let zendesk: ZendeskSandbox;
  let schema: ReturnType<typeof schemasOf>;
  let call: ReturnType<typeof clientOf>;
  let requester: number;
  const clock = new TestClock();

  beforeAll(async () => {
    schema = schemasOf(withKnownGaps(zendeskDescription()));
    zendesk = await startZendeskSandbox({ now: clock.now });
    call = clientOf(zendesk);
    zendesk.addOrganization({ id: 360001002001, name: 'Acme', domains: ['acme.example'], fields: { state: 'AZ' } });
    const attachments = [{ name: 'a.pdf', type: 'application/pdf', bytes: 12 }];
    const id = zendesk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'S', body: 'B', attachments });
    requester = zendesk.ticket(id).requester_id;
    zendesk.agentReplies(id, 'Hello');
    const configuration = { ticket_editing: true, ticket_access: 'all', ticket_comment_access: 'public' };
    zendesk.state().desk!.customRoles.push({ id: 55, name: 'Bot', role_type: 0, configuration });
    clock.pass(120);
  });
  afterAll(() => zendesk?.close());

  it.each([
    ['GET', '/tickets/1001', 'TicketResponse'],
    ['GET', '/tickets/1001/comments?page[size]=10&include=users', 'TicketCommentsResponse'],
    ['GET', '/tickets/1001/audits?page[size]=10', 'TicketAuditsResponse'],
    ['GET', '/incremental/tickets/cursor?start_time=1', 'CursorBasedExportIncrementalTicketsResponse'],
    ['GET', '/search?query=type:ticket', 'SearchResponse'],
    ['GET', '/users/me', 'CurrentUserResponse'],
    ['GET', '/users/REQUESTER', 'UserResponse'],
    ['GET', '/users/show_many?ids=9000,9001', 'UsersResponse'],
    ['GET', '/users/search?query=email:ann@acme.example', 'UsersResponse'],
    ['GET', '/users/REQUESTER/organization_memberships', 'OrganizationMembershipsResponse'],
    ['GET', '/organizations/360001002001', 'OrganizationResponse'],
    ['GET', '/organizations/search?name=acme', 'OrganizationsResponse'],
    ['GET', '/ticket_fields', 'TicketFieldsResponse'],
    ['GET', '/groups', 'GroupsResponse'],
    ['GET', '/groups/98', 'GroupResponse'],
    ['GET', '/triggers/active', 'TriggersResponse'],
    ['GET', '/automations/active?page[size]=100', 'AutomationsResponse'],
    ['GET', '/account/settings', 'AccountSettingsResponse'],
    ['GET', '/custom_roles/55', 'CustomRoleResponse'],
    ['PUT', '/tickets/1001', 'TicketUpdateResponse'],
    ['POST', '/tickets', 'TicketResponse'],
    ['POST', '/uploads?filename=a.json', 'AttachmentUploadResponse'],
    ['PUT', '/tickets/1001/tags', 'TagsByObjectIdResponse'],
  ])('%s %s fits %s', async (method, path, name) => {
    const ticket = {
      subject: 'T',
      comment: { body: 'Hi', public: true },
      custom_fields: [{ id: 360007, value: true }],
    };
    const body = method === 'GET' ? undefined : path.endsWith('tags') ? { tags: ['a'] } : { ticket };
    const answer = await call(method, path.replace('REQUESTER', String(requester)), body);
    expect(answer.status).toBeLessThan(300);
    expect(complaints(schema(`/components/schemas/${name}`), answer.body)).toEqual([]);
  });
});

describe.skipIf(!hasDescriptions)('an answer of the sandbox Slack', () => {
  let slack: SlackSandbox;
  let schema: ReturnType<typeof schemasOf>;

  beforeAll(async () => {
    schema = schemasOf(withNewerSlack(slackDescription()));
    slack = await startSlackSandbox({ rateLimit: false });
  });
  afterAll(() => slack?.close());

  async function call(method: string, args: Record<string, string>): Promise<unknown> {
    const answer = await fetch(`${slack.url}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}` },
      body: new URLSearchParams(args),
    });
    return answer.json();
  }

  it.each([
    ['auth.test', 'get', {}],
    ['chat.postMessage', 'post', { channel: 'C0EVERSALES', text: 'Hello' }],
    ['conversations.history', 'get', { channel: 'C0EVERSALES' }],
    ['conversations.list', 'get', {}],
    ['conversations.info', 'get', { channel: 'C0EVERSALES' }],
    ['conversations.open', 'post', { users: 'U0MERCEDES' }],
    ['users.lookupByEmail', 'get', { email: 'mercedes.davis@goeverbright.com' }],
  ])('to %s fits the description', async (method, verb, args) => {
    const answer = await call(method, args);
    expect(answer).toMatchObject({ ok: true });
    const pointer = `/paths/~1${method}/${verb}/responses/200/schema`;
    expect(complaints(schema(pointer), answer)).toEqual([]);
  });

  it('that refuses fits the description of errors', async () => {
    const answer = await call('chat.postMessage', { channel: 'C0GENERAL00', text: 'x' });
    expect(complaints(schema('/paths/~1chat.postMessage/post/responses/default/schema'), answer)).toEqual([]);
  });
});
