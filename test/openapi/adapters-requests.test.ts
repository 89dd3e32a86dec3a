// Every request that the Zendesk and Slack adapters make, checked against the vendors' own API descriptions where those are at hand.
import type { ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zendeskProbe } from '../../src/adapters/helpdesk/zendesk/probe.js';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import { slackProbe } from '../../src/adapters/slack/probe.js';
import { slackChat } from '../../src/adapters/slack/slack-chat.js';
import type { TicketWrite } from '../../src/ports.js';
import { slackChannels } from '../../src/sandbox/sample-people.js';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import {
  complaints,
  descriptionsDir,
  hasDescriptions,
  schemasOf,
  slackDescription,
  zendeskDescription,
} from './descriptions.js';

if (!hasDescriptions) {
  console.log(
    `skipped: the vendors' API descriptions are not in ${descriptionsDir} (set USHER_OPENAPI_DIR to check requests)`,
  );
}

type Dict = Record<string, unknown>;
interface Operation {
  parameters?: (Dict & { $ref?: string; name?: string; in?: string; schema?: object })[];
}
interface Description {
  paths: Record<string, Record<string, unknown>>;
  components: { parameters: Record<string, Dict>; schemas: Record<string, Dict> };
}

/** Parameters that the descriptions name in prose only, or that came later; each with where it is said. */
const ZENDESK_PROSE = new Map([
  ['page[size]', 'Pagination: cursor'],
  ['page[after]', 'Pagination: cursor'],
  ['sort', 'List Comments: sorting with cursor pagination'],
  ['page', 'Pagination: offset (search)'],
  ['per_page', 'Pagination: offset (search), incremental export'],
  ['filename', 'Upload Files'],
  ['include', 'Side-loading (the page beside the reference; List Comments declares it)'],
]);
/** Webhooks have an API of their own, whose description is not among these. */
const ZENDESK_ELSEWHERE = new Set(['/api/v2/webhooks']);
const SLACK_LATER = new Set(['metadata', 'include_all_metadata']);

function operationOf(
  description: Description,
  method: string,
  path: string,
): { operation: Operation; shared: Operation } | null {
  for (const [template, item] of Object.entries(description.paths)) {
    const pattern = new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '\\d+')}$`);
    const operation = item[method.toLowerCase()];
    if (pattern.test(path) && operation) return { operation: operation as Operation, shared: item as Operation };
  }
  return null;
}

describe.skipIf(!hasDescriptions)('requests to Zendesk', () => {
  let sandbox: ZendeskSandbox;
  let description: Description;
  let validateUpdate: ValidateFunction;

  beforeAll(async () => {
    const whole = zendeskDescription();
    description = whole as unknown as Description;
    validateUpdate = schemasOf(whole)('/components/schemas/TicketUpdateRequest');
    sandbox = await startZendeskSandbox();
    await useEverything(sandbox);
  });
  afterAll(() => sandbox?.close());

  it('go to paths that exist, with parameters that exist', () => {
    const strange: string[] = [];
    for (const { method, path } of sandbox.requests) {
      const url = new URL(path, sandbox.url);
      if (ZENDESK_ELSEWHERE.has(url.pathname)) continue;
      const found = operationOf(description, method, url.pathname);
      if (!found) {
        strange.push(`${method} ${url.pathname}`);
        continue;
      }
      const declared = [...(found.operation.parameters ?? []), ...(found.shared.parameters ?? [])].map((parameter) =>
        parameter.$ref ? description.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] : parameter,
      );
      for (const [name, value] of url.searchParams) {
        const known = declared.find((parameter) => parameter?.in === 'query' && parameter.name === name);
        const isNumber = (known?.schema as { type?: string } | undefined)?.type === 'integer';
        if (!known && !ZENDESK_PROSE.has(name)) strange.push(`${url.pathname} ?${name}`);
        if (isNumber && !/^\d+$/.test(value)) strange.push(`${url.pathname} ?${name}=${value}`);
      }
    }
    expect(strange).toEqual([]);
    expect(sandbox.requests.length).toBeGreaterThan(15);
  });

  it('never mix the two ways of paging', () => {
    for (const { path } of sandbox.requests) {
      const { searchParams } = new URL(path, sandbox.url);
      const byCursor = [...searchParams.keys()].some((key) => key.startsWith('page['));
      expect(byCursor && (searchParams.has('page') || searchParams.has('per_page'))).toBe(false);
    }
  });

  it('update tickets with bodies that the description allows, and with no member it does not know', () => {
    const updates = sandbox.requests.filter((request) => request.method === 'PUT');
    expect(updates.length).toBeGreaterThanOrEqual(3);
    const known = Object.keys(description.components.schemas.TicketUpdateInput?.properties as Dict);
    for (const { body } of updates) {
      const sent = JSON.parse(body) as { ticket: Dict };
      expect(complaints(validateUpdate, sent)).toEqual([]);
      expect(Object.keys(sent)).toEqual(['ticket']);
      expect(Object.keys(sent.ticket).filter((key) => !known.includes(key))).toEqual([]);
      expect(sent.ticket).toMatchObject({ safe_update: true, metadata: { usher: expect.any(String) } });
    }
  });

  it('would be caught if a body were wrong', () => {
    const wrong = { ticket: { assignee_id: 'nine', custom_fields: [{ value: 1 }], status: 'gone' } };
    expect(complaints(validateUpdate, wrong).length).toBeGreaterThanOrEqual(3);
    expect(operationOf(description, 'PUT', '/api/v2/tickets/1/comments')).toBeNull();
  });
});

/** All that the doctor may come to ask. */
async function probeEverything(sandbox: ZendeskSandbox, options: Parameters<typeof zendeskProbe>[0]): Promise<void> {
  const own = sandbox.state().users.find((user) => user.id === sandbox.botId)!;
  own.custom_role_id = 55;
  const needs: Parameters<typeof zendeskProbe>[1] = {
    reads: [],
    hints: [],
    sets: [{ field: 'Company', value: 'Acme', by: ['any'] }],
    agents: ['9001', 'john.kilfoil@goeverbright.com'].map((id) => ({ role: 'r', name: 'n', id, isAssigned: true })),
    groups: [{ role: 'holds', id: '98' }],
    tags: [],
    people: [],
    does: { replies: true, assigns: true, solves: true },
    webhookUrl: 'https://usher.example/webhooks/zendesk',
  };
  await zendeskProbe(options, needs).run();
}

/** Calls every method of the adapter, in every variant that makes another request. */
async function useEverything(sandbox: ZendeskSandbox): Promise<void> {
  const options = {
    name: 'zendesk',
    url: sandbox.url,
    email: sandbox.email,
    apiToken: sandbox.apiToken,
    allowPrivateNetwork: true,
  };
  const reader = zendeskReader(options);
  const writer = zendeskWriter(options);
  sandbox.addOrganization({ name: 'Acme Solar', domains: ['acme-solar.example'] });
  const id = sandbox.customerFiles({
    name: 'Ann',
    email: 'ann@acme-solar.example',
    subject: 'API access',
    body: 'Please',
    fields: { Company: 'Acme Solar' },
  });
  for (let i = 0; i < 120; i += 1) sandbox.customerReplies(id, `more ${i}`);
  sandbox.agentReplies(id, 'internal', { public: false });
  const all: TicketWrite[] = [
    { comment: { public: true, text: 'Hello', html: '<p>Hello</p>' } },
    {
      comment: { public: false, text: 'note', html: '<p>note</p>' },
      fields: { Company: 'Acme', 'Org Admin': true, Priority: 'high' },
    },
    {
      fields: { Resolution: 'Declined', 'Platform Area': 'API' },
      addTags: ['a'],
      removeTags: ['b'],
      status: 'solved',
    },
    { assignee: 'john.kilfoil@goeverbright.com', status: 'pending' },
    { assignee: '9001' },
    {
      comment: {
        public: true,
        text: 'The drawing',
        html: '<p>The drawing</p>',
        attachments: [{ name: 'drawing.dxf', type: 'image/vnd.dxf', content: Uint8Array.of(1, 2, 3) }],
      },
    },
  ];
  for (const [i, write] of all.entries()) {
    const version = (await reader.fetchTicket(id))?.version ?? '';
    await writer.update(id, write, { mark: `mark-${i}`, version });
  }
  const longAgo = new Date(Date.now() - 3_600_000);
  await reader.inspect(id, longAgo.toISOString());
  await reader.findMark(id, 'mark-1', longAgo.toISOString());
  const first = await reader.changedSince(null, longAgo);
  await reader.changedSince(first.cursor, longAgo);
  await probeEverything(sandbox, options);
  for (const user of sandbox.state().users) if (user.id === sandbox.botId) user.role = 'agent';
  const searched = await reader.changedSince(null, longAgo);
  await reader.changedSince(searched.cursor, longAgo);
}

describe.skipIf(!hasDescriptions)('requests to Slack', () => {
  let slack: SlackSandbox;
  beforeAll(async () => {
    slack = await startSlackSandbox({ rateLimit: false });
    const chat = slackChat({ botToken: slack.botToken, apiUrl: slack.url, allowPrivateNetwork: true });
    const channelId = slackChannels.sales.id;
    await chat.post({ channelId, text: 'one', mark: 'm1' });
    for (let i = 0; i < 120; i += 1) slack.personPosts(channelId, `chat ${i}`);
    await chat.findMark(channelId, 'm1', new Date().toISOString());
    await chat.direct('U0MERCEDES');
    const channels = [{ role: 'sales', name: '#everbright-sales', id: channelId, isUsed: true }];
    await slackProbe(
      { botToken: slack.botToken, apiUrl: slack.url, allowPrivateNetwork: true },
      { hears: null, hasCards: false, channels },
    ).run();
  });
  afterAll(() => slack?.close());

  it('call methods that exist, with arguments that exist', () => {
    interface Method {
      parameters: { name: string; in: string; type?: string }[];
    }
    const description = slackDescription() as unknown as {
      paths: Record<string, Record<string, Method>>;
    };
    const strange: string[] = [];
    for (const { path, body } of slack.requests) {
      const name = new URL(path, slack.url).pathname.replace(/^\/api/, '');
      const methods = Object.values(description.paths[name] ?? {});
      if (methods.length === 0) strange.push(name);
      const declared = new Map(methods.flatMap((method) => method.parameters.map((p) => [p.name, p.type] as const)));
      for (const [key, value] of new URLSearchParams(body)) {
        if (!declared.has(key) && !SLACK_LATER.has(key)) strange.push(`${name} ${key}`);
        const type = declared.get(key);
        if (type === 'boolean' && !/^(true|false)$/.test(value)) strange.push(`${name} ${key}=${value}`);
        if ((type === 'integer' || type === 'number') && !/^[\d.]+$/.test(value))
          strange.push(`${name} ${key}=${value}`);
      }
    }
    expect(strange).toEqual([]);
    const called = new Set(slack.requests.map(({ path }) => new URL(path, slack.url).pathname.split('/').at(-1)));
    expect([...called].sort()).toEqual([
      'auth.test',
      'chat.postMessage',
      'conversations.history',
      'conversations.info',
      'conversations.open',
    ]);
  });
});
