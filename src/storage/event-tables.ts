// The tables of events in and out, as migration 0007 makes them; what was there is only widened.

/** Never change this text: databases have run it. */
export const EVENT_TABLES = `
-- What other systems sent: each event once, by the system and what names it.
create table usher.events (
  source text not null,
  key text not null,
  name text not null,
  fields jsonb not null default '{}',
  case_id text references usher.cases (id),
  at timestamptz not null default now(),
  primary key (source, key)
);
create index events_case on usher.events (case_id);

-- What subscribers are told: a row with the decision or settlement, spread to who is subscribed when it is sent.
create table usher.case_events (
  id bigserial primary key,
  case_id text not null references usher.cases (id),
  type text not null,
  data jsonb not null,
  at timestamptz not null default now(),
  spread_at timestamptz
);
create index case_events_new on usher.case_events (id) where spread_at is null;

create table usher.deliveries (
  id bigserial primary key,
  event_id bigint not null references usher.case_events (id),
  subscriber text not null,
  state text not null default 'waiting' check (state in ('waiting','delivered','failed')),
  attempts integer not null default 0,
  status text,
  due_at timestamptz not null default now(),
  began_at timestamptz not null default now(),
  settled_at timestamptz,
  unique (event_id, subscriber)
);
create table usher.subscriber_pauses (subscriber text primary key, since timestamptz not null default now(), reason text not null);
create index deliveries_due on usher.deliveries (due_at) where state = 'waiting';

-- A record of another system finds its case.
create index writes_values on usher.writes using gin (receipt jsonb_path_ops) where target = 'http';

alter table usher.cases drop constraint cases_episode_on_check;
alter table usher.cases add constraint cases_episode_on_check check (episode_on in ('message','list','correction','event'));
alter table usher.writes drop constraint writes_target_check;
alter table usher.writes add constraint writes_target_check check (target in ('ticket','mail','slack','http'));
`;
