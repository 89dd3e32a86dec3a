// Joins what the lists say: an organization found in one list is looked up in the others by all that is known of it there.
import { type Finding, findJoined, settleList } from './find-listings.js';
import type { Entry } from './index-lists.js';

/** Looks up in the lists without a listing what the other lists know about it: its other names and domains. */
export function joinLists(findings: Finding[]): Finding[] {
  const entries = entriesOf(findings);
  return findings.map((finding) => {
    if (finding.hits.length > 0) return finding;
    return settleList(
      finding.list,
      entries.flatMap((entry) => findJoined(entry, finding.list, finding.list.now)),
    );
  });
}

/** The listings that the lists were found to mean, one a list at most. */
export function entriesOf(findings: Finding[]): Entry[] {
  return findings.map((f) => f.entry).filter((e) => e !== null);
}
