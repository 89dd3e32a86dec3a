// Starts the whole sandbox: Zendesk, Slack and SMTP on loopback, with a world that survives restarts.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { addSampleOrganizations, fileSampleTickets } from './file-samples.js';
import { startOtherSystems } from './other-systems.js';
import { addChannels, fileProgrammeSamples } from './programme-samples.js';
import { SampleReactions } from './sample-reactions.js';
import type { FiledTicket, Sandbox, SandboxOptions, SandboxSettings } from './sandbox-types.js';
import { sandboxViews } from './sandbox-views.js';
import { startSlackSandbox } from './slack-server.js';
import { startSmtpSandbox } from './smtp-server.js';
import { loadWorld, type SandboxWorld, saveWorld } from './world-file.js';
import { startZendeskSandbox } from './zendesk-server.js';

export type * from './sandbox-types.js';

/** Starts all three servers on the world kept in `dataDir`, or on a fresh one. Throws a ProblemError when it cannot be read. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const kept = loadWorld(options.dataDir);
  const secrets = kept?.secrets ?? freshSecrets();
  let save = () => {};
  const servers = await startServers(options, kept, secrets, () => save());
  const { zendesk, slack, smtp, others } = servers;
  const programmes = options.programmes ?? { tickets: {}, channels: [], withOwn: true };
  const made = {
    samples: kept?.samples ?? null,
    programmeSamples: { ...kept?.programmeSamples },
    reactions: { ...kept?.reactions },
  };
  const saveNow = () => {
    saveWorld(options.dataDir, worldOf(servers, secrets, made));
    reactions.wake();
  };
  /** Several changes that are kept as one: dying in between leaves none of them. */
  const together = <T>(work: () => T): T => {
    save = () => {};
    try {
      return work();
    } finally {
      save = saveNow;
      saveNow();
    }
  };
  const reactions = new SampleReactions({
    zendesk,
    postsAbout: (ticketId) => {
      const number = new RegExp(`\\b${ticketId}\\b`);
      const texts = slack.state().channels.flatMap((c) => c.messages.map((m) => m.text));
      // A post that is repeated because nobody knows whether it arrived is no second one.
      return new Set(texts.filter((t) => number.test(t)).map((t) => t.replace('\n_(possible duplicate)_', ''))).size;
    },
    listsFolder: join(options.dataDir, 'lists'),
    samples: () => made.samples,
    made: made.reactions,
    together,
  });
  together(() => {
    if (!kept) addSampleOrganizations(zendesk);
    addChannels(slack, programmes.channels);
  });
  return {
    ...servers,
    isAnswering: programmes.withOwn,
    settings: () => settingsOf(servers),
    setWebhook: (url) => zendesk.setWebhook(url),
    fileSamples: () =>
      together(() => {
        if (programmes.withOwn) made.samples ??= fileSampleTickets(zendesk);
        made.programmeSamples = fileProgrammeSamples(zendesk, programmes, made.programmeSamples);
        reactions.begin();
        return [...(made.samples ?? []), ...Object.values(made.programmeSamples).flat()];
      }),
    sampleHandlings: () => [
      ...reactions.handlings(),
      ...Object.values(made.programmeSamples)
        .flat()
        .map((ticketId) => ({ ticketId, episode: 1 as const })),
    ],
    fileTicket: (ticket) => fileTicket(zendesk, ticket),
    views: () => sandboxViews(zendesk, slack, smtp),
    close: async () => {
      await reactions.close();
      await Promise.all([zendesk.close(), slack.close(), smtp.close(), others.close()]);
    },
  };
}

/** The account has the vendor's high-volume add-on: on the smallest plans Usher would pace the first run over minutes. */
const HIGH_VOLUME = { requestsPerMinute: 2_500, updatesPerMinute: 300, exportsPerMinute: 30 };

type Servers = Pick<Sandbox, 'zendesk' | 'slack' | 'smtp' | 'others'>;

async function startServers(
  options: SandboxOptions,
  kept: SandboxWorld | null,
  secrets: SandboxWorld['secrets'],
  onChange: () => void,
): Promise<Servers> {
  const ports = { ...kept?.ports, ...options.ports };
  const common = { now: options.now, onChange };
  const zendesk = await startZendeskSandbox({
    ...common,
    limits: HIGH_VOLUME,
    port: ports.zendesk,
    state: kept?.zendesk,
    apiToken: secrets.apiToken,
    webhookSecret: secrets.webhookSecret,
    webhookUrl: options.webhookUrl,
  });
  const slack = await startSlackSandbox({
    ...common,
    port: ports.slack,
    state: kept?.slack,
    botToken: secrets.botToken,
    signingSecret: secrets.signingSecret,
    rateLimit: options.slackRateLimit ?? false,
  });
  const smtp = await startSmtpSandbox({ ...common, port: ports.smtp, state: kept?.smtp });
  const others = await startOtherSystems({ ...common, port: ports.others, state: kept?.others });
  return { zendesk, slack, smtp, others };
}

function worldOf(
  { zendesk, slack, smtp, others }: Servers,
  secrets: SandboxWorld['secrets'],
  made: Pick<SandboxWorld, 'samples' | 'programmeSamples' | 'reactions'>,
): SandboxWorld {
  return {
    version: 1,
    secrets,
    ports: { zendesk: zendesk.port, slack: slack.port, smtp: smtp.port, others: others.port },
    ...made,
    zendesk: zendesk.state(),
    slack: slack.state(),
    smtp: smtp.state(),
    others: others.state(),
  };
}

/** How the three servers are reached. */
export function settingsOf({ zendesk, slack, smtp }: Omit<Servers, 'others'>): SandboxSettings {
  return {
    ZENDESK_URL: zendesk.url,
    ZENDESK_EMAIL: zendesk.email,
    ZENDESK_API_TOKEN: zendesk.apiToken,
    ZENDESK_WEBHOOK_SECRET: zendesk.webhookSecret,
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_APP_TOKEN: undefined,
    SMTP_URL: smtp.url,
  };
}

function freshSecrets(): SandboxWorld['secrets'] {
  return {
    apiToken: randomBytes(20).toString('hex'),
    webhookSecret: randomBytes(32).toString('base64'),
    botToken: `xoxb-sandbox-${randomBytes(12).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
}

function fileTicket(zendesk: Sandbox['zendesk'], ticket: FiledTicket): string {
  const { name, email, organization, company, state, subject, body } = ticket;
  const domain = email.split('@')[1]?.toLowerCase() ?? '';
  const isRecorded = zendesk.state().organizations.some((o) => o.domain_names.includes(domain));
  // The form says what an agent would have recorded; a record that is there already stands.
  if (organization?.trim() && domain && !isRecorded)
    zendesk.addOrganization({ name: organization.trim(), domains: [domain] });
  const fields: Record<string, string> = {};
  if (company?.trim()) fields.Company = company.trim();
  if (state?.trim()) fields.State = state.trim();
  return zendesk.customerFiles({ name, email, subject, body, channel: 'web', fields });
}
