// The first questions to a Zendesk account: does it let us in, who are we there, do the clocks agree, what may be read.
import { z } from 'zod';
import type { Finding } from '../../../ports.js';
import { connectionWords, type FindingMaker } from '../../findings.js';
import type { DeskNeeds } from '../needs.js';
import { apiError, said } from './errors.js';
import type { Reply } from './http.js';
import type { ZendeskOptions } from './options.js';
import { bodyOf, type Get, pages } from './read.js';
import { idShape } from './shapes.js';

/** What every part of the probe is given. */
export interface ProbeParts {
  get: Get;
  say: FindingMaker;
  needs: DeskNeeds;
}

const meShape = z.object({
  id: idShape,
  name: z.string().catch(''),
  email: z.string().nullish().catch(null),
  role: z.string(),
  suspended: z.boolean().nullish().catch(null),
  role_type: z.int().nullish().catch(null),
  custom_role_id: z.int().nullish().catch(null),
  only_private_comments: z.boolean().nullish().catch(null),
  ticket_restriction: z.string().nullish().catch(null),
  user_fields: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type Me = z.output<typeof meShape>;

/** Beyond these the clocks are worth a word, or break things: signatures of webhooks are good for five minutes. */
const SKEW_WARN_MS = 5_000;
const SKEW_MAX_MS = 120_000;
const LOGIN_FIX = 'Check ZENDESK_EMAIL and ZENDESK_API_TOKEN, and that token access is on (Admin Center, APIs)';

/** `me` is null when nothing else can be asked. */
export async function probeAccount({
  get,
  say,
  options,
  needs,
}: ProbeParts & { options: ZendeskOptions }): Promise<{ findings: Finding[]; me: Me | null }> {
  const now = options.now ?? Date.now;
  const asked = now();
  const reply = await get('/users/me');
  const roundTripMs = now() - asked;
  if (reply.kind === 'failure' || reply.status !== 200 || !reply.json)
    return { findings: [refusal(reply, say)], me: null };
  const parsed = meShape.safeParse(reply.json.user);
  // A login that is not accepted answers 200 with an anonymous user here, not 401.
  if (!parsed.success) return { findings: [say.error('Zendesk does not know our login', LOGIN_FIX)], me: null };
  const me = parsed.data;
  if (me.role !== 'agent' && me.role !== 'admin') {
    const fix = 'Give the account the role of an agent in Zendesk';
    return { findings: [say.error(`Our account ${options.email} is no agent but ${me.role}`, fix)], me: null };
  }
  const findings = [
    say.ok(`Signed in as ${options.email} ("${me.name}", ${me.role})`),
    ...sharedAccount(me, options, { say, needs }),
    clockFinding(reply.headers.date, asked + roundTripMs / 2, roundTripMs, say),
    rateFinding(reply.headers['x-rate-limit'], say),
    ...adminField(me, options.orgAdminUserField, say),
  ];
  return { findings, me };
}

function refusal(reply: Reply, say: FindingMaker): Finding {
  if (reply.kind === 'failure') {
    const { why, fix } = connectionWords(reply.code);
    return say.error(`Zendesk cannot be reached: ${why}`, fix);
  }
  const error = apiError(reply.json);
  const fixes: Record<number, string> = {
    401: LOGIN_FIX,
    403: 'Let this machine in (Admin Center, Security, IP restrictions), and give the account the role of an agent',
    429: 'The account is over its limit: wait a minute, then run this again',
  };
  if (error) {
    const fix = fixes[reply.status] ?? 'Try again later; if it stays, look at status.zendesk.com';
    return say.error(`Zendesk refuses us: ${said(error, reply.status)} (${reply.status})`, fix);
  }
  const what = `Something else than Zendesk's API answers at ZENDESK_URL (status ${reply.status})`;
  return say.error(what, 'Check the address, like https://acme.zendesk.com; a proxy or a login page may stand between');
}

/** Whatever that account writes by hand would count as Usher's own. */
function sharedAccount(me: Me, options: ZendeskOptions, { say, needs }: Pick<ProbeParts, 'say' | 'needs'>): Finding[] {
  const mails = [options.email, me.email ?? ''].map((mail) => mail.toLowerCase());
  const role =
    needs.agents.find((agent) => agent.id === me.id || mails.includes(agent.id.toLowerCase()))?.role ??
    needs.people.find((person) => mails.includes(person.email.toLowerCase()))?.role;
  if (role === undefined) return [];
  const fix = 'Give the bot an agent account of its own: what a person writes with this one would count as the bot’s';
  return [say.error(`Our account is also that of "${role}" in the directory`, fix)];
}

/** `Date` counts whole seconds: on average half of one has passed. */
function clockFinding(header: unknown, ourMs: number, roundTripMs: number, say: FindingMaker): Finding {
  const theirs = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(theirs)) return say.ok('Its clock cannot be compared: the answer carries no date');
  const skewMs = ourMs - (theirs + 500);
  const certainMs = Math.abs(skewMs) - roundTripMs / 2 - 500;
  if (certainMs <= SKEW_WARN_MS) return say.ok('Its clock and ours agree');
  const what = `Our clock is ${duration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} Zendesk's`;
  const fix = 'Set this machine’s clock by NTP (timedatectl set-ntp true)';
  return certainMs > SKEW_MAX_MS
    ? say.error(what, `${fix}; signed webhooks are refused, and polling looks at the wrong time`)
    : say.warning(what, fix);
}

function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

function rateFinding(limit: unknown, say: FindingMaker): Finding {
  if (typeof limit === 'string' && /^\d+$/.test(limit)) return say.ok(`Its limit is ${limit} requests a minute`);
  return say.ok('It does not tell its limit of requests a minute');
}

function adminField(me: Me, key: string | undefined, say: FindingMaker): Finding[] {
  if (key === undefined || Object.hasOwn(me.user_fields ?? {}, key)) return [];
  const fix = 'Correct ZENDESK_ORG_ADMIN_FIELD: it takes the key of a user field, not its title';
  return [say.error(`There is no user field with the key "${key}", so nobody counts as an org admin`, fix)];
}

/** May the tickets be exported, or at least searched. */
export async function probeReading({ get, say }: ProbeParts, options: ZendeskOptions): Promise<Finding[]> {
  // An hour ago: a minute at least is asked for, and clocks may differ.
  const startTime = Math.floor((options.now ?? Date.now)() / 1000) - 3_600;
  const exported = await get('/incremental/tickets/cursor', { start_time: startTime, per_page: 1 });
  if (exported.kind === 'answer' && exported.status === 429)
    return [say.ok('The ticket export is at its limit just now; somebody else uses it too')];
  const isForbidden = exported.kind === 'answer' && exported.status === 403 && apiError(exported.json) !== null;
  if (!isForbidden) {
    bodyOf(exported, 'the ticket export');
    return [say.ok('Changed tickets can be exported')];
  }
  bodyOf(await get('/search', { query: 'type:ticket', page: 1, per_page: 1 }), 'the ticket search');
  return [say.ok('The export of tickets is for admins; Usher searches for changed tickets instead')];
}

const webhookShape = z.object({ endpoint: z.string().nullish(), status: z.string().nullish() });

/** Whether a webhook leads to us; only admins may see. */
export async function probeWebhook({ get, say, needs: { webhookUrl } }: ProbeParts): Promise<Finding[]> {
  if (webhookUrl === null) return [];
  const first = await get('/webhooks', { 'page[size]': 100 });
  if (first.kind === 'answer' && (first.status === 403 || first.status === 404))
    return [say.ok('Webhooks are for admins to see; look at them in Admin Center, Apps and integrations')];
  const found: z.output<typeof webhookShape>[] = [];
  for await (const { rows } of pages(get, '/webhooks', 'webhooks'))
    found.push(...rows.flatMap((row) => webhookShape.safeParse(row).data ?? []));
  const ours = found.filter((webhook) => webhook.endpoint?.replace(/\/$/, '') === webhookUrl);
  if (ours.some((webhook) => webhook.status === 'active')) return [say.ok(`A webhook leads to ${webhookUrl}`)];
  if (ours.length > 0)
    return [say.warning(`The webhook that leads to ${webhookUrl} is switched off`, 'Activate it in Admin Center')];
  const fix = 'Make one as docs/operators.md says; until then tickets are found by polling';
  return [say.warning(`No webhook leads to ${webhookUrl}`, fix)];
}
