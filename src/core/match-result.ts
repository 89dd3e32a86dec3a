// What matching answers: a verdict with its evidence, and what each list says about the organization.
import type { ApprovalState } from './approval-dates.js';
import type { ApprovalDates, Listing } from './listing.js';

/** `unidentified`: no usable organization; `ambiguous`: evidence contradicts itself or points to two; see DESIGN section 5. */
export type Verdict = 'listed' | 'unlisted' | 'ambiguous' | 'unidentified';

export type EvidenceKind =
  | 'person'
  | 'organization-id'
  | 'mail-domain'
  | 'listed-admin'
  | 'organization-name'
  | 'claimed-name'
  | 'similar-name'
  | 'look-alike-domain'
  | 'mixed-script'
  | 'hidden-characters'
  | 'contradiction'
  | 'free-mail'
  | 'intermediary'
  | 'authentication'
  | 'gone'
  | 'shared-domain'
  | 'row-conflict';

/** One piece of evidence for or against, with where it came from. */
export interface Evidence {
  /** 1 is the strongest (DESIGN section 5), 0 a person's word; null for pieces that only speak against. */
  tier: 0 | 1 | 2 | 3 | 4 | 5 | null;
  kind: EvidenceKind;
  supports: boolean;
  /** A sentence for a person; hostile characters already made visible. */
  says: string;
  /** `help desk organization record`, `sender address`, `form field "Company"`, `text`. */
  source: string;
  list: string | null;
  /** `Tracker!B14` where a row is involved. */
  cell: string | null;
}

/** A listing that a person should look at; never acted upon. Score 0..1, higher is nearer. */
export interface Candidate {
  list: string;
  name: string;
  row: number;
  cell: string;
  status: string | null;
  score: number;
  why: string;
}

/** What one list says. `value` is a status word, `absent`, or null for not known, and then `reason` says why. */
export interface ListResult {
  list: string;
  value: string | null;
  reason: string;
  listing: Listing | null;
  /** Cell of the status, `Tracker!E14`. */
  cell: string | null;
  /** Where the row's approval has dates: how it stands on the day of the decision. */
  approval?: ApprovalDates & { state: ApprovalState };
}

export interface Match {
  verdict: Verdict;
  /** One listing a list at most, only when verdict is `listed`. */
  listings: Listing[];
  /** The organization's clear name (listing's, else record's), or the claim, or null. */
  name: string | null;
  /** Strongest tier that matched, when verdict is `listed`; 0: a person said who it is. */
  tier: 0 | 1 | 2 | 3 | null;
  reason: string;
  evidence: Evidence[];
  candidates: Candidate[];
  lists: Record<string, ListResult>;
}

/** What matching looks at; built from the ticket by `matchQuery`. */
export interface MatchQuery {
  organization: { id: string; name: string; domains: string[] } | null;
  requester: { email: string; name: string };
  /** Where the sender wants answers to go instead, as far as the help desk says so. */
  replyTo?: string[];
  authentication: { spf: string; dkim: string; dmarc: string };
  /** Names typed by the requester, with where: form field or text. */
  claims: { name: string; source: string }[];
  /** A person's word on who it is; it settles the question when it names exactly one listing. */
  person?: { name: string; by: string } | null;
}
