// The settings by which other systems are reached: help desk, Slack, mail.
import { z } from 'zod';
import { namedSecrets, optionalText, type Setting, url } from './settings-shapes.js';

export const connectionSettings = {
  ZENDESK_URL: {
    shape: url.optional(),
    group: 'Zendesk',
    means: 'Address of the account.',
    example: 'https://acme.zendesk.com',
  },
  ZENDESK_EMAIL: {
    shape: z.email().optional(),
    group: 'Zendesk',
    means: "The bot's own agent account.",
    example: 'usher@acme.example',
  },
  ZENDESK_API_TOKEN: {
    shape: optionalText,
    group: 'Zendesk',
    means: 'API token of that account (secret).',
    example: '',
  },
  ZENDESK_WEBHOOK_SECRET: {
    shape: optionalText,
    group: 'Zendesk',
    means: 'Signing secret of the webhook that points to /webhooks/zendesk (secret).',
    example: '',
  },
  ZENDESK_ORG_ADMIN_FIELD: {
    shape: z.string().regex(/^\w+$/, "must be a user field's key").optional(),
    group: 'Zendesk',
    means: 'Key of the user field that says whether a requester is an org admin (yes or no). Default: nobody knows.',
    example: 'org_admin',
  },
  SLACK_BOT_TOKEN: { shape: optionalText, group: 'Slack', means: 'Bot token, xoxb-… (secret).', example: '' },
  SLACK_SIGNING_SECRET: {
    shape: optionalText,
    group: 'Slack',
    means: 'Signing secret of the app, for buttons and commands that Slack posts to /slack/events (secret).',
    example: '',
  },
  SLACK_APP_TOKEN: {
    shape: optionalText,
    group: 'Slack',
    means:
      'App token, xapp-…: buttons and commands come over a socket that Usher opens, with no public address (secret).',
    example: '',
  },
  SLACK_API_URL: {
    shape: url.default('https://slack.com/api/'),
    group: 'Slack',
    means: 'Address of the Web API.',
    example: 'https://slack.com/api/',
  },
  SMTP_URL: {
    shape: url.refine((v) => /^smtps?:$/.test(new URL(v).protocol), 'must begin with smtp:// or smtps://').optional(),
    group: 'Mail',
    means: 'Where mail is handed over (may hold a password: secret).',
    example: 'smtps://user:password@mail.acme.example:465',
  },
  MAIL_FROM: {
    shape: z.email().default('usher@localhost.example'),
    group: 'Mail',
    means: 'Sender of mails to sales.',
    example: 'usher@acme.example',
  },
  MAIL_REPLY_TO: {
    shape: z.email().optional(),
    group: 'Mail',
    means: 'A watched support address that answers to those mails reach.',
    example: 'support@acme.example',
  },
  RULE_SECRETS: {
    shape: namedSecrets,
    group: 'Events and other systems',
    means:
      'Secrets that rules speak of by name: NAME=SECRET, comma separated or one a line, 16 characters and more (secret).',
    example: 'ecologic-events=LONG-RANDOM-TEXT',
  },
} satisfies Record<string, Setting>;
