// The ledger's tables, forward only: each migration runs once, in order, and works with the release before it.
import { AUDIT_TABLES } from './audit-tables.js';
import { CLAIM_WRITE } from './claim-function.js';
import { ENDING_APPROVALS_TABLE } from './ending-approvals-table.js';
import { EVENT_TABLES } from './event-tables.js';
import { LINK_COLUMNS } from './link-columns.js';
import type { Migration } from './migrate.js';
import { STEERING_TABLES } from './steering-tables.js';
import { OPEN_APPROVALS, WAIT_TABLES } from './wait-tables.js';

export const migrations: Migration[] = [
  {
    name: '0001-ledger',
    up: `
create table usher.meta (key text primary key, value jsonb not null, at timestamptz not null default now());

create table usher.cases (
  id text primary key,
  helpdesk text not null,
  ticket_id text not null,
  subject text not null default '',
  url text not null default '',
  requester_name text not null default '',
  requester_email text not null default '',
  state text not null default 'new' check (state in ('new','waiting','acting','held','done','not-for-usher')),
  episode integer not null default 1,
  programme text,
  rule text,
  outcome text,
  reason text,
  previous_outcome text,
  previous_rule text,
  decided_message_id text,
  decided_ticket_at text,
  organization_key text,
  decided_message_at text,
  episode_ticket_at text,
  grace_ms double precision,
  grace_until timestamptz,
  wake_at timestamptz,
  fence bigint not null default 0,
  lease_owner text,
  leased_at timestamptz,
  lease_until timestamptz,
  failures integer not null default 0,
  opened_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  erased_at timestamptz,
  unique (helpdesk, ticket_id)
);
create index cases_wake on usher.cases (wake_at) where wake_at is not null;
create index cases_updated on usher.cases (updated_at desc);
create index cases_state on usher.cases (state, updated_at desc);
create index cases_organization on usher.cases (organization_key) where organization_key is not null;

create table usher.triggers (
  id bigserial primary key,
  case_id text not null references usher.cases (id),
  key text not null,
  kind text not null,
  at timestamptz not null default now(),
  handled_at timestamptz,
  unique (case_id, key)
);
create index triggers_open on usher.triggers (case_id) where handled_at is null;

create table usher.decisions (
  id bigserial primary key,
  case_id text not null references usher.cases (id),
  episode integer not null,
  trigger text not null,
  at timestamptz not null default now(),
  ticket jsonb not null,
  case_facts jsonb not null,
  triage jsonb,
  knowledge jsonb not null default 'null'
);
create index decisions_case on usher.decisions (case_id, id desc);

create table usher.writes (
  id bigserial primary key,
  case_id text not null references usher.cases (id),
  decision_id bigint not null references usher.decisions (id),
  episode integer not null,
  seq integer not null,
  target text not null check (target in ('ticket','mail','slack')),
  state text not null default 'planned' check (state in ('planned','claimed','done','refused','unsure','dropped')),
  mark text,
  content_hash text,
  version text,
  thread jsonb not null default '[]',
  attempts integer not null default 0,
  sends integer not null default 0,
  lookups integer not null default 0,
  at_dot boolean not null default false,
  not_sent boolean not null default false,
  to_customer boolean not null default false,
  message_id text,
  requester text,
  requester_domain text,
  reason text,
  receipt jsonb,
  not_before timestamptz,
  planned_at timestamptz not null default now(),
  claimed_at timestamptz,
  settled_at timestamptz
);
create index writes_case on usher.writes (case_id, episode, seq);
create index writes_customer on usher.writes (claimed_at) where to_customer and claimed_at is not null;
create index writes_requester on usher.writes (requester, claimed_at) where to_customer and claimed_at is not null;

create table usher.steps (
  case_id text not null references usher.cases (id),
  number integer not null,
  write_id bigint not null references usher.writes (id),
  slot text not null,
  type text not null,
  effect jsonb not null,
  replaced boolean not null default false,
  primary key (case_id, number)
);
create index steps_write on usher.steps (write_id);
-- A slot is filled once, whatever rule version or text (DESIGN section 6).
create unique index steps_slot on usher.steps (slot) where not replaced;

create table usher.timeline (
  id bigserial primary key,
  case_id text not null references usher.cases (id),
  at timestamptz not null default now(),
  kind text not null,
  text text not null
);
create index timeline_case on usher.timeline (case_id, id);

create table usher.snapshots (
  list text not null,
  hash text not null,
  state text not null check (state in ('live','waiting','old')),
  snapshot jsonb not null,
  why text,
  first_at timestamptz not null,
  read_at timestamptz not null,
  primary key (list, hash)
);
create unique index snapshots_live on usher.snapshots (list) where state = 'live';

create table usher.list_reads (list text primary key, failure text, at timestamptz not null);
create table usher.published (kind text not null, hash text not null, content jsonb not null, at timestamptz not null default now(), primary key (kind, hash));
create table usher.cursors (helpdesk text primary key, cursor text, since timestamptz, at timestamptz not null default now());
`,
  },
  {
    name: '0002-people',
    up: `
alter table usher.cases add column mode text not null default 'live' check (mode in ('shadow','propose','live'));
alter table usher.cases add column held_at timestamptz;
alter table usher.cases add column episode_on text not null default 'message' check (episode_on in ('message','list','correction'));
alter table usher.cases add column correction text;
alter table usher.writes add column notice boolean not null default false;
alter table usher.writes add column handoff_key text;
alter table usher.triggers add column data jsonb;
create index writes_handoff on usher.writes (handoff_key, claimed_at) where handoff_key is not null;

-- What is told outside any case, once: the digest of a day, an alert about a cause.
create table usher.announcements (
  key text primary key,
  channel_id text not null,
  text text not null,
  mark text not null,
  state text not null default 'planned' check (state in ('planned','claimed','done','refused','unsure','dropped')),
  sends integer not null default 0,
  reason text,
  receipt jsonb,
  not_before timestamptz,
  at timestamptz not null default now(),
  claimed_at timestamptz
);

-- Who polls and keeps the timers: one process at a time has each of them.
create table usher.duties (name text primary key, owner text not null, until timestamptz not null);

-- Back-fills and daily reconciliations, with how far they came.
create table usher.intake_runs (
  id bigserial primary key,
  helpdesk text not null,
  kind text not null check (kind in ('backfill','reconciliation')),
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  cursor text,
  seen integer not null default 0,
  missing integer not null default 0,
  suspended integer
);
create index intake_runs_latest on usher.intake_runs (helpdesk, kind, id desc);

-- What agents did on tickets that Usher only decided about (shadow, propose).
create table usher.comparisons (
  case_id text primary key references usher.cases (id),
  at timestamptz not null default now(),
  agent jsonb not null,
  verdict text not null check (verdict in ('same','different','open')),
  differences jsonb not null default '[]'
);
`,
  },
  {
    name: '0003-speed',
    up: `
create index writes_domain on usher.writes (requester_domain, claimed_at) where to_customer and claimed_at is not null;
`,
  },
  {
    name: '0004-fewer-ways',
    up: [
      // What was signed counts once, whatever its delivery is called; until now a lock saw to that.
      "create unique index triggers_proof on usher.triggers (case_id, (data ->> 'proof')) where data ->> 'proof' is not null",
      CLAIM_WRITE,
    ],
  },
  { name: '0005-audit', up: AUDIT_TABLES },
  { name: '0006-waits', up: WAIT_TABLES },
  { name: '0007-events', up: EVENT_TABLES },
  { name: '0009-steering-and-cards', up: STEERING_TABLES },
  { name: '0010-ending-approvals', up: ENDING_APPROVALS_TABLE },
  { name: '0011-open-approvals', up: OPEN_APPROVALS },
  { name: '0013-linked-records', up: LINK_COLUMNS },
];
