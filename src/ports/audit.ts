// What is asked of the audit chain, and what it answers: for commands, metrics and `doctor`.

/** The end of the chain as it was at some time; kept elsewhere, it shows that nothing before it was cut or rewritten. */
export interface AuditHead {
  sequence: number;
  /** 64 hex digits. */
  hash: string;
}

/** An exported head; its place is not known when a person typed only the hash. */
export interface ExpectedHead {
  sequence: number | null;
  hash: string;
}

/** One thing that is not as it was sealed. */
export interface AuditFinding {
  /** Of the entry; null when a row is in no entry. */
  sequence: number | null;
  kind: string;
  id: string;
  what: string;
}

export interface AuditReport {
  ok: boolean;
  entries: number;
  /** null while nothing was sealed yet. */
  head: AuditHead | null;
  sealedAt: string | null;
  /** Rows that wait for the next seal. */
  unsealed: number;
  findings: AuditFinding[];
  /** There are more findings than listed. */
  hasMore: boolean;
}
