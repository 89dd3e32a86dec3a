// Lists as the core sees them: listings with the cells they came from, snapshots, and what may be relied on right now.

/** First and last day of an approval, `2026-11-30`; both belong to it. null: open on that side. */
export interface ApprovalDates {
  from: string | null;
  until: string | null;
}

/** One organization in one list, whatever its status. All texts are trimmed display texts, not yet normalized. */
export interface Listing {
  list: string;
  sheet: string;
  /** Spreadsheet row, from 1. */
  row: number;
  name: string;
  /** Other names of the same organization in this row: d/b/a, legal entity, earlier name. */
  aliases: string[];
  /** Mail domains as written in the row, lower case. */
  domains: string[];
  /** Mail addresses of the organization's admins or contacts as written in the row, lower case. */
  admins: string[];
  /** The help desk's id of the organization where the list has such a column. */
  organizationId: string | null;
  /** One of the list's status words; null means not known, and `statusProblem` says why. */
  status: string | null;
  /** The days on which an approving status holds, where the row names any. Without them it always does. */
  approval?: ApprovalDates;
  /** Why the status is not known: `blank`, `unmapped value "…"`, `struck through`, `commented`, `hidden row`, … */
  statusProblem: string | null;
  /** Other mapped columns by their key in lists.yaml (state, contact, accountManager, …). */
  values: Record<string, string>;
  /** Why the cell of such a column cannot be relied on, by the column's key: `struck through`, `formula`, …; absent when all can. */
  doubts?: Record<string, string>;
  /** Cell addresses by key: `{ name: "B14", status: "E14" }`. */
  cells: Record<string, string>;
}

/** What a reader of the list ought to mend; `cell` like `B14`. */
export interface LintFinding {
  code: string;
  severity: 'error' | 'warning';
  sheet: string;
  cell: string | null;
  message: string;
  fix: string;
}

/** One immutable load of one list. */
export interface ListSnapshot {
  list: string;
  title: string;
  /** sha256 (hex) over the file's bytes and the mapping it was read with. */
  hash: string;
  /** File name as shown to people, without its folder. */
  file: string;
  sheet: string;
  /** ISO time of the first successful read of this content. */
  loadedAt: string;
  listings: Listing[];
  lint: LintFinding[];
}

/** An organization that stood in a snapshot of the last 30 days and is gone from the current one. */
export interface GoneListing {
  listing: Listing;
  hash: string;
  /** ISO time when it was last seen. */
  lastSeenAt: string;
}

/** A list as a decision may use it: its snapshot, or why it cannot be relied on. */
export interface ListInUse {
  name: string;
  title: string;
  snapshot: ListSnapshot | null;
  /** Why nothing may be concluded from this list (missing, unreadable, too old, waiting for acceptance); null when usable. */
  problem: string | null;
  gone: GoneListing[];
}

/** `Tracker!B14`, as people write it. */
export function cellAddress(listing: Listing, key: string): string {
  return `${listing.sheet}!${listing.cells[key] ?? `row ${listing.row}`}`;
}
