// The table of settings: shape, meaning and example of each; .env.example is generated from it.
import { z } from 'zod';
import { connectionSettings } from './settings-connections.js';
import { count, flag, list, type Setting, url } from './settings-shapes.js';

const HELPDESKS = ['sandbox', 'zendesk', 'jira', 'freshdesk', 'request-tracker', 'mailbox'] as const;
const BUILT: readonly string[] = ['sandbox', 'zendesk'];

export const settingTable = {
  HELPDESK: {
    shape: list
      .default(['sandbox'])
      .refine((v) => v.every((x) => (HELPDESKS as readonly string[]).includes(x)), `must be of ${HELPDESKS.join(', ')}`)
      .refine((v) => v.every((x) => BUILT.includes(x)), `this release has ${BUILT.join(' and ')} only`)
      .refine((v) => v.length === 1, 'this release handles one help desk at a time'),
    group: 'What to run',
    means: 'Which help desk: sandbox (nothing real is touched) or zendesk.',
    example: 'sandbox',
  },
  MODE: {
    shape: z.enum(['shadow', 'propose', 'live']).optional(),
    group: 'What to run',
    means:
      'shadow decides and records only; propose also writes an internal note of what it would do; live acts. Default: live in the sandbox, shadow otherwise.',
    example: 'shadow',
  },
  ACT_ON_TICKETS_SINCE: {
    shape: z.union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be an ISO date or time').optional(),
    group: 'What to run',
    means:
      'Tickets created before this are left alone (ISO date or time). Default: the first start of a real help desk.',
    example: '2026-12-01',
  },
  PROGRAMMES: {
    shape: list.default(['everbright-api-access']),
    group: 'What to run',
    means: 'Folders under rules/ that are active, comma separated.',
    example: 'everbright-api-access',
  },
  ROLE: {
    shape: z.enum(['all', 'web', 'worker']).default('all'),
    group: 'What to run',
    means:
      'Which part of Usher this process is: all; web (status page and webhooks); worker (everything else). Web and worker need DATABASE_URL and a real help desk.',
    example: 'all',
  },
  ...connectionSettings,
  DATABASE_URL: {
    shape: z
      .string()
      .refine((v) => /^postgres(ql)?:\/\//.test(v), 'must begin with postgres://')
      .optional(),
    group: 'Storage',
    means: 'A PostgreSQL server (15 or later). Default: the embedded database under DATA_DIR.',
    example: 'postgres://usher:password@db.acme.example/usher',
  },
  QUEUE_URL: {
    shape: z
      .string()
      .refine((v) => /^rediss?:\/\/[^/]/.test(v) && URL.canParse(v), 'must begin with redis:// or rediss://')
      .refine(
        (v) => !URL.canParse(v) || /^(\/\d*)?$/.test(new URL(v).pathname),
        'must end with the host, or with /NUMBER',
      )
      .optional(),
    group: 'Storage',
    means:
      'A Redis (6.2 or later) for the queue; may hold a password (secret). Default: the queue is kept in the database.',
    example: 'rediss://user:password@redis.acme.example:6379/0',
  },
  DATA_DIR: {
    shape: z.string().min(1).default('data'),
    group: 'Storage',
    means: 'Folder of the embedded database, the sandbox and the lists.',
    example: 'data',
  },
  RULES_DIR: {
    shape: z.string().min(1).default('rules'),
    group: 'Rules and lists',
    means: 'Folder of rules.',
    example: 'rules',
  },
  TEMPLATES_DIR: {
    shape: z.string().min(1).default('templates'),
    group: 'Rules and lists',
    means: 'Folder of templates.',
    example: 'templates',
  },
  LIST_QUIET_SECONDS: {
    shape: count(0, 86_400).optional(),
    group: 'Rules and lists',
    means:
      'A changed list must have been left alone this long before it replaces the one in use. Default: 120, in the sandbox 2.',
    example: '120',
  },
  HOST: {
    shape: z.string().default('127.0.0.1'),
    group: 'Status page and webhooks',
    means: 'Address to listen on; one that others can reach needs CONSOLE_PASSWORD.',
    example: '127.0.0.1',
  },
  PORT: {
    shape: count(0, 65_535).default(3210),
    group: 'Status page and webhooks',
    means: 'Port to listen on; 0 takes any free one.',
    example: '3210',
  },
  PUBLIC_URL: {
    shape: url.optional(),
    group: 'Status page and webhooks',
    means: 'How others reach this server, for links.',
    example: 'https://usher.acme.example',
  },
  WEBHOOKS_PER_MINUTE: {
    shape: count(1, 1_000_000).default(6_000),
    group: 'Status page and webhooks',
    means: 'Webhooks taken within a minute, at most, and half of it from one address; the rest is told to come again.',
    example: '6000',
  },
  CONSOLE_PASSWORD: {
    shape: z.string().min(12, 'needs at least 12 characters').optional(),
    group: 'Status page and webhooks',
    means: 'Password of the status page (secret).',
    example: '',
  },
  POLL_SECONDS: {
    shape: count(1, 3_600).optional(),
    group: 'Work',
    means: 'How often the help desk is asked for changes. Default: 60, in the sandbox 15.',
    example: '60',
  },
  WORKER_CONCURRENCY: {
    shape: count(1, 64).default(8),
    group: 'Work',
    means: 'Tickets handled at the same time.',
    example: '8',
  },
  LOG_LEVEL: {
    shape: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
    group: 'Work',
    means: 'debug, info, warn, error or silent.',
    example: 'info',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    shape: url.optional(),
    group: 'Work',
    means: 'Where OpenTelemetry traces go (OTLP over HTTP, `/v1/traces` below it). Default: nowhere.',
    example: 'http://127.0.0.1:4318',
  },
  RETENTION_DAYS: {
    shape: count(100, 3_650).default(180),
    group: 'Work',
    means: 'How long contents and personal data are kept.',
    example: '180',
  },
  CAPS_REPLIES_PER_REQUESTER_DAY: {
    shape: count(1, 100).default(3),
    group: 'Caps that no rule can lift',
    means: 'Messages a requester gets within a day, at most.',
    example: '3',
  },
  CAPS_REPLIES_PER_DOMAIN_HOUR: {
    shape: count(1, 10_000).default(20),
    group: 'Caps that no rule can lift',
    means: 'Messages a mail domain gets within an hour, at most.',
    example: '20',
  },
  CAPS_REPLIES_PER_MINUTE: {
    shape: count(1, 100_000).default(60),
    group: 'Caps that no rule can lift',
    means: 'Customer messages within a minute, at most.',
    example: '60',
  },
  CAPS_BREAKER_PER_10_MINUTES: {
    shape: count(1, 1_000_000).default(300),
    group: 'Caps that no rule can lift',
    means: 'Customer messages within ten minutes at which all sending stops until a person lets it go on.',
    example: '300',
  },
  ALLOW_PRIVATE_NETWORK: {
    shape: flag.default(false),
    group: 'Network',
    means: 'Permits plain http and private addresses: on-premise servers, tests. The sandbox needs no setting.',
    example: 'false',
  },
} satisfies Record<string, Setting>;
