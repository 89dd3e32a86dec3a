// The tables of what people tell Usher from elsewhere: commands on tickets, cards in a chat, and what the chat delivered.

export const STEERING_TABLES = `
-- What agents told Usher by internal notes: each comment once. \`answer\` null: nothing may be written.
create table usher.commands (
  case_id text not null references usher.cases (id),
  comment_id text not null,
  by text not null,
  at text not null,
  verb text not null,
  name text,
  answer text,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (case_id, comment_id)
);

-- Posts about a case that are changed in place. \`shown\`: hash of what stands there.
create table usher.cards (
  case_id text not null references usher.cases (id),
  slot text not null,
  channel_id text not null,
  mark text not null,
  state text not null check (state in ('claimed','standing','gone')),
  sends integer not null default 1,
  ts text,
  shown text,
  claimed_at timestamptz not null default now(),
  primary key (case_id, slot)
);

-- What Slack delivered, for as long as it could be delivered again.
create table usher.slack_deliveries (key text primary key, at timestamptz not null default now());
create index slack_deliveries_at on usher.slack_deliveries (at);
`;
