// Starts a loopback server that speaks the Slack Web API.
import { randomBytes } from 'node:crypto';
import { type LoopbackAnswer, type LoopbackRequest, startLoopback } from './loopback-server.js';
import { SlackLink } from './slack-link.js';
import { formOnlyMethods, type SlackArguments, slackMethods } from './slack-methods.js';
import { slackPeopleOf } from './slack-people.js';
import { neededScope, usualScopes } from './slack-scopes.js';
import type { SlackOptions, SlackSandbox } from './slack-types.js';
import { SlackWorld } from './slack-world.js';

export type * from './slack-types.js';

const postMethods = new Set([
  'chat.postMessage',
  'chat.update',
  'chat.postEphemeral',
  'conversations.open',
  'views.publish',
]);

/** Listens on 127.0.0.1. Logical errors are answered with status 200 and `ok: false`, as the vendor does. */
export async function startSlackSandbox(options: SlackOptions = {}): Promise<SlackSandbox> {
  const world = new SlackWorld(options);
  const botToken = options.botToken ?? `xoxb-sandbox-${randomBytes(12).toString('hex')}`;
  const signingSecret = options.signingSecret ?? randomBytes(16).toString('hex');
  const appToken = options.appToken ?? `xapp-sandbox-${randomBytes(12).toString('hex')}`;
  const link = new SlackLink();
  let eventsUrl: string | null = null;
  const scopes = options.scopes ?? usualScopes;
  const stored = () => options.onChange?.();
  const pace = new ChannelPace(world.now, options.rateLimit ?? true);
  const loopback = await startLoopback({
    port: options.port ?? 0,
    now: world.now,
    vendorError: (status) => ({ ok: false, error: status === 429 ? 'ratelimited' : 'internal_error' }),
    remember: () => {
      const before = structuredClone(world.state);
      return () => {
        world.state = before;
        stored();
      };
    },
    upgrade: (...handshake) => link.upgrade(...handshake),
    handle: (request) => {
      // The one method of app tokens; its address is for the connection that comes next.
      if (methodOf(request) === 'apps.connections.open')
        return { status: 200, body: openLink(link, appToken, request) };
      const answer = call({ world, botToken, pace, scopes }, request);
      if (postMethods.has(methodOf(request))) stored();
      return answer;
    },
  });
  const known = (channel: string) => {
    const found = world.channel(channel);
    if (!found) throw new Error(`the sandbox has no Slack channel ${channel}`);
    return found;
  };
  return {
    url: `http://127.0.0.1:${loopback.port}/api/`,
    port: loopback.port,
    botToken,
    signingSecret,
    setEvents: (url) => {
      eventsUrl = url;
    },
    people: slackPeopleOf(world, { secret: signingSecret, url: () => eventsUrl, link }),
    appToken,
    link,
    requests: loopback.requests,
    state: () => world.state,
    posts: (channel) => structuredClone(known(channel).messages),
    personPosts: (channel, text, { userId = 'U0MERCEDES', threadTs } = {}) => {
      const { ts } = world.add(known(channel), { text, user: userId, thread_ts: threadTs ?? null });
      stored();
      return ts;
    },
    setChannel: (channel, { gone, ...change }) => {
      const found = known(channel);
      Object.assign(found, change);
      if (gone) world.state.channels = world.state.channels.filter((c) => c !== found);
      stored();
    },
    fault: loopback.fault,
    clearFaults: () => loopback.faults.clear(),
    refuse: (on) => {
      if (on) link.drop();
      return loopback.refuse(on);
    },
    close: () => {
      link.drop();
      return loopback.close();
    },
  };
}

/** About one message a second a channel. */
class ChannelPace {
  readonly #last = new Map<string, number>();
  readonly #now: () => Date;
  readonly #isOn: boolean;

  constructor(now: () => Date, isOn: boolean) {
    this.#now = now;
    this.#isOn = isOn;
  }

  mayPost(channel: string): boolean {
    const now = this.#now().getTime();
    if (!this.#isOn || now - (this.#last.get(channel) ?? 0) >= 1000) {
      this.#last.set(channel, now);
      return true;
    }
    return false;
  }
}

const methodOf = (request: LoopbackRequest): string => request.route.replace(/^\/api\//, '');

function openLink(link: SlackLink, appToken: string, { authorization, headers }: LoopbackRequest): object {
  const token = authorization.replace(/^Bearer\s*/, '');
  if (!token) return { ok: false, error: 'not_authed' };
  if (token !== appToken)
    return { ok: false, error: token.startsWith('xapp-') ? 'invalid_auth' : 'not_allowed_token_type' };
  return { ok: true, url: `ws://${headers.host}/link?ticket=${link.ticket()}` };
}

interface Parts {
  world: SlackWorld;
  botToken: string;
  pace: ChannelPace;
  scopes: string[];
}

function call({ world, botToken, pace, scopes }: Parts, request: LoopbackRequest): LoopbackAnswer {
  const method = methodOf(request);
  const { fault } = request;
  if (fault?.kind === 'slack-error') return { status: 200, body: { ok: false, error: fault.error ?? 'fatal_error' } };
  const act = slackMethods[method];
  if (!act) return { status: 200, body: { ok: false, error: 'unknown_method', req_method: method } };
  const args = readArguments(request, formOnlyMethods.has(method));
  const token = request.authorization.replace(/^Bearer\s*/, '') || String(args.token ?? '');
  if (!token) return { status: 200, body: { ok: false, error: 'not_authed' } };
  if (token !== botToken) return { status: 200, body: { ok: false, error: 'invalid_auth' } };
  const headers = { 'x-oauth-scopes': scopes.join(',') };
  const needed = neededScope(method, world.channelById(String(args.channel)));
  if (needed && !scopes.includes(needed)) {
    const body = { ok: false, error: 'missing_scope', needed, provided: scopes.join(',') };
    return { status: 200, headers, body };
  }
  if (method === 'chat.postMessage' && !pace.mayPost(String(args.channel))) {
    return { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } };
  }
  const answer = act(world, args);
  if (fault?.kind === 'slack-error-applied') {
    return { status: 200, body: { ok: false, error: fault.error ?? 'fatal_error' } };
  }
  return { status: 200, headers, body: answer };
}

/** Query, then form or JSON body. Form fields stay text; objects in them are JSON. */
function readArguments(request: LoopbackRequest, formOnly: boolean): SlackArguments {
  const args: SlackArguments = Object.fromEntries(request.query);
  const type = request.headers['content-type'] ?? '';
  if (type.includes('application/x-www-form-urlencoded')) {
    return { ...args, ...Object.fromEntries(new URLSearchParams(request.body)) };
  }
  if (!type.includes('application/json') || formOnly) return args;
  try {
    const parsed: unknown = JSON.parse(request.body);
    return typeof parsed === 'object' && parsed !== null ? { ...args, ...parsed } : args;
  } catch {
    return args;
  }
}
