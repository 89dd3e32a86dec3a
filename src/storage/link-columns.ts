// The column of linked records, as migration 0013 adds it: what the previous release keeps has none.

/** Never change this text: databases have run it. */
export const LINK_COLUMNS = `
-- Records elsewhere that an event adds to its case, in its own order: [{kind, name}].
alter table usher.events add column links jsonb not null default '[]';
`;
