// The tables of the audit chain.

/** One migration. */
export const AUDIT_TABLES = `
-- The audit chain: \`hash\` covers everything else of its row and the hash of the row before it (audit-chain.ts). Only added to.
create table usher.audit_entries (
  seq bigint primary key,
  kind text not null,
  id text not null,
  record text not null,
  contents text,
  hash text not null
);
create index audit_entries_of on usher.audit_entries (kind, id, seq);
-- What is looked at again: writes that can still change, and numbers of rows that were not there yet.
create table usher.audit_open (
  kind text not null,
  id bigint not null,
  is_gap boolean not null default false,
  sealed text,
  since timestamptz not null default now(),
  primary key (kind, id)
);
create index cases_erased on usher.cases (erased_at) where erased_at is not null;
`;
