// What the reading process and its parent say to each other.
import type { LintFinding, Listing } from '../core/listing.js';
import type { ListMapping } from '../core/rulebook.js';
import type { Problem } from '../problem.js';

/** To the child: read this. */
export interface ReadRequest {
  bytes: Uint8Array;
  name: string;
  mapping: ListMapping;
}

/** From the child: listings in portions, then lint and the end, or why there is none. */
export type ReadAnswer =
  | { kind: 'listings'; listings: Listing[] }
  | { kind: 'done'; lint: LintFinding[] }
  | { kind: 'failed'; problems: Problem[] };

/** Listings a message. */
export const portionRows = 500;
