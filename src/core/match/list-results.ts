// Says for each list what it knows about the organization: a status word, `absent`, or not known and why.
import type { ListResult, Verdict } from '../match-result.js';
import { goneReason } from './candidates.js';
import { cellOf, type Finding, nameOf, placeOf } from './find-listings.js';
import type { Entry } from './index-lists.js';
import type { Near } from './near-names.js';

/** By list name. `near` is given when the verdict is `listed`: what stands close to the organization's names in any list. */
export function listResults(
  verdict: Verdict,
  reason: string,
  findings: Finding[],
  near: Near[] = [],
): Record<string, ListResult> {
  const out: Record<string, ListResult> = {};
  for (const finding of findings) {
    const rival = near.find((n) => n.entry.listing.list === finding.list.name);
    out[finding.list.name] = resultOf(finding, verdict, reason, rival?.entry ?? null);
  }
  return out;
}

function resultOf(finding: Finding, verdict: Verdict, reason: string, rival: Entry | null): ListResult {
  const { list, entry } = finding;
  const unknown = (why: string): ListResult => ({
    list: list.name,
    value: null,
    reason: why,
    listing: null,
    cell: null,
  });
  if (list.problem !== null) return unknown(`the list ${list.title} cannot be relied on: ${list.problem}`);
  if (verdict === 'listed' && entry) return statusOf(finding, entry);
  if (verdict === 'listed' && rival?.gone) return unknown(`${nameOf(rival)} ${goneReason(rival)}`);
  if (verdict === 'listed' && rival) return unknown(`not found by its name, but ${placeOf(rival)} is near it`);
  if (verdict === 'listed' || verdict === 'unlisted') {
    const why = `nothing like it stands in ${list.title}`;
    return { list: list.name, value: 'absent', reason: why, listing: null, cell: null };
  }
  return unknown(finding.trouble ?? reason);
}

function statusOf(finding: Finding, entry: Entry): ListResult {
  const { listing } = entry;
  const cell = cellOf(entry, 'status');
  const by = finding.hits.find((h) => h.entry === entry)?.evidence.says ?? '';
  const reason =
    listing.status === null ? `the status in ${cell} is not known: ${listing.statusProblem ?? 'blank'}` : by;
  return { list: finding.list.name, value: listing.status, reason, listing, cell };
}
