// The table of approvals that end soon, as the programmes' owners are told of them.

/** One migration. */
export const ENDING_APPROVALS_TABLE = `
-- One row a listing and last day. Rows of one mail share a \`batch\`, which its Message-ID is made of.
create table usher.ending_approvals (
  key text primary key,
  programme text not null,
  line text not null,
  state text not null default 'planned' check (state in ('planned','claimed','done','refused','unsure')),
  batch text,
  sends integer not null default 0,
  reason text,
  receipt jsonb,
  not_before timestamptz,
  at timestamptz not null default now(),
  claimed_at timestamptz
);
create index ending_approvals_open on usher.ending_approvals (programme) where state in ('planned','claimed');
`;
