// Tests the Slack app for `usher doctor`: token, scopes, and every channel of the directory. It only reads.
import { webApi } from '@slack/bolt';
import type { Finding, Probe } from '../../ports.js';
import { ProblemError } from '../../problem.js';
import { connectionWords, type FindingMaker, findingsIn } from '../findings.js';
import { classifyFailure } from './classify-failure.js';
import { type SlackOptions, slackClient } from './client.js';

export interface ChatNeeds {
  /** Channels of the directory; `isUsed` when a rule posts there. `name` with its #. */
  channels: { role: string; name: string; id: string; isUsed: boolean }[];
  /** How clicks and commands reach Usher; absent: cards are posted with buttons, and nothing hears them. */
  hears: 'door' | 'socket' | null;
  /** A programme posts cards with buttons. */
  hasCards: boolean;
  /** Approvers are asked by direct messages too. */
  asksPeople?: boolean;
}

type Client = webApi.WebClient;
const AREA = 'Slack';
const REINSTALL = 'under OAuth & Permissions of the Slack app, then install the app again';

export function slackProbe(options: SlackOptions, needs: ChatNeeds): Probe {
  return { name: AREA, run: () => run(options, needs) };
}

async function run(options: SlackOptions, needs: ChatNeeds): Promise<Finding[]> {
  const say = findingsIn(AREA);
  try {
    const client = slackClient(options);
    const answer = await client.auth.test();
    const { bot_id: botId, team, user, response_metadata: meta } = answer;
    if (!botId)
      return [
        say.error('SLACK_BOT_TOKEN is no token of a bot', 'Use the Bot User OAuth Token, which begins with xoxb-'),
      ];
    const findings = [say.ok(`Signed in as ${user ?? botId} in ${team ?? 'the workspace'}`)];
    const scopes = meta?.scopes;
    if (scopes && needs.channels.length > 0 && !scopes.includes('chat:write'))
      findings.push(say.error('The app may not post: the scope chat:write is missing', `Add it ${REINSTALL}`));
    findings.push(...hearing(needs, scopes, say), ...asking(needs, scopes, say));
    for (const channel of needs.channels) findings.push(...(await probeChannel(client, channel, say)));
    return onlyOnce(findings);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map((p) => say.error(p.message, p.fix));
    return [refusal(error, say)];
  }
}

/** Whether what people click and type can reach us. */
function hearing({ hears, hasCards }: ChatNeeds, scopes: string[] | undefined, say: FindingMaker): Finding[] {
  if (hears === null)
    return hasCards
      ? [
          say.warning(
            'Cards are posted with buttons, and nothing hears the clicks: neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set',
            'Set SLACK_SIGNING_SECRET and let the app post to PUBLIC_URL/slack/events, or set SLACK_APP_TOKEN for Socket Mode',
          ),
        ]
      : [];
  if (scopes && !scopes.includes('commands'))
    return [
      say.warning(
        'Nobody can type /usher: the scope commands is missing',
        `Add the command and the scope ${REINSTALL}`,
      ),
    ];
  return [
    say.ok(
      hears === 'socket' ? 'Clicks and commands come by Socket Mode' : 'Clicks and commands come to /slack/events',
    ),
  ];
}

/** Whether approvers can be written to. */
function asking({ asksPeople }: ChatNeeds, scopes: string[] | undefined, say: FindingMaker): Finding[] {
  const missing = asksPeople && scopes ? ['im:write', 'im:history'].filter((scope) => !scopes.includes(scope)) : [];
  return missing.map((scope) =>
    say.warning(
      `Approvers cannot be asked by direct messages: the scope ${scope} is missing`,
      `Add it ${REINSTALL}; without it they are asked by e-mail, or nobody is where a rule says via: [slack]`,
    ),
  );
}

/** The same scope may be missing for several channels. */
function onlyOnce(findings: Finding[]): Finding[] {
  return findings.filter((f, i) => findings.findIndex((other) => other.what === f.what) === i);
}

async function probeChannel(
  client: Client,
  { role, name, id, isUsed }: ChatNeeds['channels'][number],
  say: FindingMaker,
): Promise<Finding[]> {
  const what = `The channel "${role}" (${name}, ${id})`;
  // A channel that no rule posts to is worth a word, and stops nothing.
  const bad = isUsed ? say.error : say.warning;
  const invite = `Invite the app in Slack: /invite @usher in ${name}`;
  const info = await asked(() => client.conversations.info({ channel: id }));
  if ('failure' in info && info.word !== 'missing_scope')
    return [channelRefusal(info, { what, bad, invite }) ?? refusal(info.failure, say)];
  const channel = 'answer' in info ? info.answer.channel : undefined;
  if (channel?.is_archived)
    return [bad(`${what} is archived`, 'Unarchive it, or name another in rules/directory.yaml')];
  if (channel?.is_member === false) return [bad(`${what} does not have the app as a member`, invite)];
  // Also where the channel could not be looked at: its history says whether marks can be found there.
  const history = await asked(() => client.conversations.history({ channel: id, limit: 1 }));
  if ('failure' in history) {
    if (history.word !== 'missing_scope')
      return [channelRefusal(history, { what, bad, invite }) ?? refusal(history.failure, say)];
    const scope = history.needed ?? (channel?.is_private ? 'groups:history' : 'channels:history');
    const lost = `Usher cannot look for its own posts: the scope ${scope} is missing`;
    return [bad(lost, `Add it ${REINSTALL}; without it a lost answer may double a post`)];
  }
  const findings = [say.ok(`${what} takes posts, and marks can be found there`)];
  const now = channel?.name ? `#${channel.name}` : name;
  if (now !== name)
    findings.push(say.warning(`${what} is called ${now} in Slack`, 'Correct name or id in rules/directory.yaml'));
  if (channel?.is_ext_shared || channel?.is_org_shared)
    findings.push(
      say.warning(`${what} is shared with another company or workspace`, 'Use one that only your own people see'),
    );
  return findings;
}

type Asked<T> = { answer: T } | { failure: unknown; word: string; needed?: string };

async function asked<T>(work: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (!(error instanceof webApi.WebAPIPlatformError)) return { failure: error, word: '' };
    const { error: word, needed } = error.data as { error?: unknown; needed?: unknown };
    return { failure: error, word: String(word), ...(typeof needed === 'string' ? { needed } : {}) };
  }
}

/** What is wrong with the channel itself; null when it is something else. */
function channelRefusal(
  { word }: { word: string },
  { what, bad, invite }: { what: string; bad: FindingMaker['error']; invite: string },
): Finding | null {
  if (word === 'channel_not_found')
    return bad(
      `${what} is not known to the app`,
      `Correct its id in rules/directory.yaml. If it is private: ${invite}`,
    );
  if (word === 'not_in_channel') return bad(`${what} does not have the app as a member`, invite);
  return null;
}

const TOKEN_WORDS = new Set([
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type'],
]);

function refusal(error: unknown, say: FindingMaker): Finding {
  const outcome = classifyFailure(error);
  if (outcome.kind === 'refused' && TOKEN_WORDS.has(outcome.code))
    return say.error(
      `Slack refuses the token (${outcome.code})`,
      'Put the Bot User OAuth Token of the installed app into SLACK_BOT_TOKEN; it begins with xoxb-',
    );
  if (outcome.kind === 'not-sent' && /limit/.test(outcome.code))
    return say.warning('Slack asks to wait: the app is at its limit', 'Run this again in a minute');
  const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
  const code = /^(?:no connection|connection): (\S+)$/.exec(reason)?.[1];
  if (code && code !== 'SyntaxError') {
    const { why, fix } = connectionWords(code);
    return say.error(`Slack cannot be reached: ${why}`, fix);
  }
  if (outcome.kind === 'refused')
    return say.error(reason, 'Look the word up at api.slack.com, and check the app and its token');
  return say.error(
    `Something else than Slack's API answers (${reason})`,
    'Check SLACK_API_URL; a proxy or a login page may stand between. If Slack itself is down, try again later',
  );
}
