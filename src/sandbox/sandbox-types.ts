// Shapes of the whole sandbox: how it is started, the settings it gives, and what the console shows of it.
import type { OtherSystems } from './other-systems.js';
import type { ProgrammeSamples } from './programme-samples.js';
import type { SlackSandbox } from './slack-types.js';
import type { SmtpSandbox } from './smtp-types.js';
import type { ZendeskSandbox } from './zendesk-sandbox.js';

export interface SandboxOptions {
  /** DATA_DIR; the world is kept in `<dataDir>/sandbox/world.json`. */
  dataDir: string;
  /** Wanted ports; by default those of the last run, or any free one. */
  ports?: { zendesk?: number; slack?: number; smtp?: number; others?: number };
  webhookUrl?: string;
  /** What the active programmes bring; default: nothing, and the sandbox's own sample tickets are filed. */
  programmes?: ProgrammeSamples;
  now?: () => Date;
  /** Slack's limit of one message a second a channel; default false here. */
  slackRateLimit?: boolean;
}

/** Values in place of the settings of the same names. */
export interface SandboxSettings {
  ZENDESK_URL: string;
  ZENDESK_EMAIL: string;
  ZENDESK_API_TOKEN: string;
  ZENDESK_WEBHOOK_SECRET: string;
  SLACK_API_URL: string;
  SLACK_BOT_TOKEN: string;
  SLACK_SIGNING_SECRET: string;
  /** A real one is no business of the sandbox. */
  SLACK_APP_TOKEN: undefined;
  SMTP_URL: string;
}

/** The form on the status page. */
export interface FiledTicket {
  name: string;
  email: string;
  /** Name of the organization that the help desk is to have on record for the address's domain. */
  organization?: string;
  /** What the requester typed into the form. */
  company?: string;
  state?: string;
  subject: string;
  body: string;
}

export interface SandboxViews {
  customers: {
    ticketId: string;
    subject: string;
    name: string;
    email: string;
    status: string;
    /** The public conversation, oldest first. */
    messages: { at: string; from: string; by: 'usher' | 'agent' | 'requester' | 'automation'; text: string }[];
  }[];
  mails: { id: string; at: string; from: string; to: string[]; subject: string; text: string }[];
  slack: { channel: string; posts: { ts: string; at: string; text: string; blocks: unknown[] }[] }[];
  whispers: { at: string; user: string; text: string; blocks: unknown[] }[];
  /** What API clients attached to tickets, oldest ticket first. */
  files: { at: string; ticketId: string; name: string; type: string; bytes: number; isPublic: boolean }[];
}

/** Something that Usher has to handle because of the samples. */
export interface SampleHandling {
  /** null: somebody is about to file it. */
  ticketId: string | null;
  /** Which episode of its case that is: 1 the ticket, then what the requester answered, or a list that changed and their answer. */
  episode: 1 | 2 | 3;
}

export interface Sandbox {
  readonly zendesk: ZendeskSandbox;
  readonly slack: SlackSandbox;
  readonly smtp: SmtpSandbox;
  /** Every other system that rules speak to. */
  readonly others: OtherSystems;
  /** Whether writers of samples answer when they have read what Usher says. */
  readonly isAnswering: boolean;
  settings(): SandboxSettings;
  setWebhook(url: string): void;
  /**
   * Files the sample tickets, each programme's once in the life of a data directory: its own, or ours for one that brings none.
   * Answers the ids of all samples.
   */
  fileSamples(): string[];
  /** All handlings of the samples, those before too, as far as they were brought about or surely will be. */
  sampleHandlings(): SampleHandling[];
  /** A ticket of one's own; answers its id. */
  fileTicket(ticket: FiledTicket): string;
  views(): SandboxViews;
  /** Stops the servers; resolves when all sockets are closed. */
  close(): Promise<void>;
}
