// Builds what the flow is given: the adapters for the help desk, Slack and mail, marks, caps and times.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createGovernor, type Governor } from '../adapters/helpdesk/zendesk/governor.js';
import { zendeskReader } from '../adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../adapters/helpdesk/zendesk/writer.js';
import { httpEndpoints } from '../adapters/http/endpoints.js';
import { endpointFiles } from '../adapters/http/files.js';
import { slackChat } from '../adapters/slack/slack-chat.js';
import { smtpMail } from '../adapters/smtp/smtp-mail.js';
import { type FlowDeps, type Hands, TIMING } from '../flow/deps.js';
import { noteOnly } from '../flow/note-only.js';
import { measureImage } from '../images/measure-image.js';
import type { Ledger, Mode } from '../ledger.js';
import type { Clock, Log } from '../ports.js';
import type { Problem } from '../problem.js';
import type { Settings } from '../settings.js';
import type { KnowledgeBase } from './knowledge.js';
import type { Outside } from './outside.js';

/** `reach` holds the settings by which the outside is reached: the sandbox's own in the sandbox. */
export interface FlowParts {
  settings: Settings;
  reach: Settings;
  name: string;
  /** Names this process in leases and duties. */
  owner: string;
  ledger: Ledger;
  knowledge: KnowledgeBase;
  log: Log;
  clock: Clock;
  isSandbox: boolean;
  outside: Outside;
  mode: Mode;
  /** Where people see a case; null when no address is known. */
  caseUrl: FlowDeps['caseUrl'];
  approveUrl: FlowDeps['approveUrl'];
  enqueue: FlowDeps['enqueue'];
  /** Aborted when the process is to end. */
  ending: AbortSignal;
}

/** The reader and the writer share one governor: the account has one rate limit. */
export async function flowDeps(parts: FlowParts): Promise<{ deps: FlowDeps; governor: Governor }> {
  const { settings, reach, ledger } = parts;
  const governor = createGovernor({ signal: parts.ending });
  const desk = {
    governor,
    name: parts.name,
    url: reach.ZENDESK_URL!,
    email: reach.ZENDESK_EMAIL!,
    apiToken: reach.ZENDESK_API_TOKEN!,
    orgAdminUserField: reach.ZENDESK_ORG_ADMIN_FIELD,
    allowPrivateNetwork: reach.ALLOW_PRIVATE_NETWORK,
    onProblem: (problem: Problem) => parts.log.warn({ code: problem.code }, problem.message),
  };
  const deps: FlowDeps = {
    ledger,
    reader: zendeskReader(desk),
    hands: handsFor(parts, desk),
    mode: parts.mode,
    caseUrl: parts.caseUrl,
    approveUrl: parts.approveUrl,
    knowledge: () => parts.knowledge.current(),
    clock: parts.clock,
    log: parts.log,
    caps: {
      repliesPerRequesterDay: settings.CAPS_REPLIES_PER_REQUESTER_DAY,
      repliesPerDomainHour: settings.CAPS_REPLIES_PER_DOMAIN_HOUR,
      repliesPerMinute: settings.CAPS_REPLIES_PER_MINUTE,
      breakerPerTenMinutes: settings.CAPS_BREAKER_PER_10_MINUTES,
    },
    owner: parts.owner,
    actSince: parts.isSandbox ? null : await actSince(parts),
    isGraceKept: !parts.isSandbox,
    timing: TIMING,
    mark: await markOf(ledger),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    random: Math.random,
    measureImage: (bytes) => measureImage(bytes),
    checkpoint: async () => {},
    enqueue: parts.enqueue,
  };
  return { deps, governor };
}

/** Keyed hashes, by a key made once for this database. */
export async function markOf(ledger: Pick<Ledger, 'keep'>): Promise<FlowDeps['mark']> {
  const key = await ledger.keep('mark-key', () => randomBytes(32).toString('hex'));
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

/** What does not exist cannot write by mistake: nothing in shadow, a hand for internal notes in propose. */
function handsFor(parts: FlowParts, desk: Parameters<typeof zendeskWriter>[0]): Hands | null {
  if (parts.mode === 'shadow') return null;
  if (parts.mode === 'propose') return { helpdesk: noteOnly(zendeskWriter(desk)), chat: null, mail: null };
  return buildHands(parts, desk);
}

function buildHands(parts: FlowParts, desk: Parameters<typeof zendeskWriter>[0]): Hands {
  const { reach, outside, knowledge } = parts;
  const endpoints = {
    endpoint: (name: string) => outside.endpoint(knowledge.rulebook().directory, name),
    secret: outside.secrets,
    allowPrivateNetwork: reach.ALLOW_PRIVATE_NETWORK,
  };
  return {
    http: httpEndpoints(endpoints),
    files: endpointFiles(endpoints),
    helpdesk: zendeskWriter(desk),
    chat: slackChat({
      botToken: reach.SLACK_BOT_TOKEN!,
      apiUrl: reach.SLACK_API_URL,
      allowPrivateNetwork: reach.ALLOW_PRIVATE_NETWORK,
    }),
    mail: smtpMail({
      url: reach.SMTP_URL!,
      from: { name: 'Usher, the support bot', address: reach.MAIL_FROM },
      replyTo: reach.MAIL_REPLY_TO ? { name: 'Support', address: reach.MAIL_REPLY_TO } : undefined,
      allowPrivateNetwork: reach.ALLOW_PRIVATE_NETWORK,
      // Shorter than the lease's margin: a send must end while the case is still ours.
      dotTimeoutMs: 30_000,
    }),
  };
}

/** Where the first start in a mode is written down. */
export const firstStartKey = (helpdesk: string, mode: string): string => `first-start-${helpdesk}-${mode}`;

/** Help desks' times count whole seconds, so this does too. The first start in a mode acts on tickets created from then on, unless told otherwise; kept for good. */
async function actSince(parts: FlowParts): Promise<Date> {
  const { ACT_ON_TICKETS_SINCE } = parts.settings;
  if (ACT_ON_TICKETS_SINCE) return new Date(ACT_ON_TICKETS_SINCE);
  return new Date(
    await parts.ledger.keep(
      firstStartKey(parts.name, parts.mode),
      () => `${parts.clock.now().toISOString().slice(0, 19)}Z`,
    ),
  );
}
