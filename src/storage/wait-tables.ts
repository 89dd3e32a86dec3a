// Tables and columns of cases that wait: stages, the wait itself, and what people are asked to approve.

export const WAIT_TABLES = `
alter table usher.cases add column stage text not null default '';
alter table usher.cases add column fired_rules jsonb not null default '[]';
alter table usher.cases add column wait jsonb;
alter table usher.cases add column after_steps jsonb;

-- What people were asked to approve; the id is a keyed hash of what they were shown.
create table usher.approvals (
  id text primary key,
  case_id text not null references usher.cases (id),
  episode integer not null,
  name text not null,
  contents jsonb not null,
  state text not null default 'open' check (state in ('open','approved','refused','withdrawn')),
  asked_at timestamptz not null default now(),
  answered_at timestamptz,
  answered_by text not null default '',
  answered_via text not null default ''
);
create index approvals_case on usher.approvals (case_id, episode);
`;

/** What waits for somebody is asked for by their id among the approvers. */
export const OPEN_APPROVALS = `create index approvals_open on usher.approvals using gin ((contents -> 'approvers') jsonb_path_ops) where state = 'open';`;
