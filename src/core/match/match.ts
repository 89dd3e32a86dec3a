// Who is asking: weighs the evidence of a ticket against the lists (DESIGN section 5) and abstains where it is thin.
import { matchOnDay } from '../approval-dates.js';
import type { Evidence, Match, MatchQuery } from '../match-result.js';
import { candidatesOf, claimEvidence, findClaimed, findNearby } from './candidates.js';
import { clearName, findDoubts } from './clear-name.js';
import { shown } from './confusables.js';
import { findObjections, goneObjection, isOneOf } from './contradictions.js';
import { type Finding, findStrong, settleList } from './find-listings.js';
import type { MatchIndex } from './index-lists.js';
import { entriesOf, joinLists } from './join-lists.js';
import { listResults } from './list-results.js';
import { findNear } from './near-names.js';
import { matchByPerson } from './person.js';
import { RECORD_SOURCE, type Reading, readQuery, SENDER_SOURCE } from './read-query.js';

/**
 * Pure and deterministic; never throws on any text. The result does not depend on the order of a list's rows. An approval outside of
 * its dates is no status.
 */
export function matchOrganization(query: MatchQuery, index: MatchIndex): Match {
  return matchOnDay(matchWritten(query, index), index.today);
}

function matchWritten(query: MatchQuery, index: MatchIndex): Match {
  const reading = readQuery(query, index);
  if (query.person) return matchByPerson(query.person, reading, index);
  const findings = joinLists(
    index.lists.map((list) => settleList(list, reading.isGoBetween ? [] : findStrong(reading, list, list.now))),
  );
  const hasStrong = findings.some((f) => f.hits.length > 0);
  return hasStrong ? withStrong(reading, index, findings) : withoutStrong(reading, index, findings);
}

function withStrong(reading: Reading, index: MatchIndex, findings: Finding[]): Match {
  const claimed = findClaimed(reading, index);
  const entries = entriesOf(findings);
  const objections = findObjections({ reading, index, findings, entries, claimed });
  const evidence = [
    ...findings.flatMap((f) => f.evidence),
    ...objections.flatMap((o) => o.evidence),
    ...reading.evidence,
    ...claimEvidence(claimed),
  ];
  const strong = [...new Set(findings.flatMap((f) => f.hits.map((h) => h.entry)))];
  if (objections.length > 0) {
    const nearby = findNearby(reading, index);
    const candidates = candidatesOf(strong, claimed, nearby);
    return answer({ verdict: 'ambiguous', reason: objections[0]!.reason, evidence, candidates }, reading, findings);
  }
  const names = [...(reading.record?.name?.parts ?? []), ...entries.flatMap((e) => e.names.map((n) => n.part))];
  const near = names.flatMap((part) => findNear(index.near, part));
  // Nothing hangs on these any more; whoever takes the request over may want to know of them.
  const others = near.filter((n) => !isOneOf(n.entry, entries));
  const tier = Math.min(...findings.flatMap((f) => f.hits.map((h) => h.tier))) as 1 | 2 | 3;
  return {
    verdict: 'listed',
    listings: entries.map((e) => e.listing),
    name: shown(entries[0]!.listing.name.trim()),
    tier,
    reason: listedReason(evidence, findings),
    evidence,
    candidates: candidatesOf([], [], { near: others, lookAlikes: [] }),
    lists: listResults('listed', 'no listing found', findings, near),
  };
}

function withoutStrong(reading: Reading, index: MatchIndex, findings: Finding[]): Match {
  const claimed = findClaimed(reading, index);
  const nearby = findNearby(reading, index);
  const gone = reading.isGoBetween
    ? []
    : index.lists.flatMap((list) => findStrong(reading, list, list.gone)).map(goneObjection);
  const clear = clearName(reading);
  const doubts = clear === null ? [] : findDoubts(clear, reading);
  const evidence = [
    ...gone.flatMap((o) => o.evidence),
    ...doubts,
    ...claimEvidence(claimed),
    ...nearby.evidence,
    ...reading.evidence,
  ];
  const candidates = candidatesOf([], claimed, nearby);
  const said = (verdict: 'unlisted' | 'ambiguous' | 'unidentified', reason: string): Match =>
    answer({ verdict, reason, evidence, candidates }, reading, findings);
  if (reading.suspicion !== null) return said('ambiguous', reading.suspicion);
  // Not even a question goes to somebody who perhaps never wrote.
  if (reading.authenticationFails)
    return said('ambiguous', 'the sender failed authentication, so nothing that was found by it is evidence');
  if (reading.isGoBetween) return said('unidentified', goBetweenReason(reading));
  const [look] = nearby.lookAlikes;
  if (look)
    return said(
      'ambiguous',
      `the sender’s domain ${shown(reading.sender.at!.host)} could be mistaken for ${look.listed}`,
    );
  if (gone.length > 0) return said('ambiguous', gone[0]!.reason);
  if (clear === null) return said('unidentified', unidentifiedReason(reading));
  const [near] = candidates;
  if (near) return said('ambiguous', `"${near.name}" (${near.cell}) is near: ${near.why}`);
  if (doubts[0]) return said('ambiguous', doubts[0].says);
  const closed = index.lists.filter((list) => list.problem !== null);
  if (closed.length > 0)
    return said('ambiguous', closed.map((l) => `the list ${l.title} cannot be relied on: ${l.problem}`).join('; '));
  if (index.lists.length === 0) return said('ambiguous', 'no list is connected');
  return said('unlisted', `"${shown(clear.raw.trim())}" is clearly named and nothing near it stands in any list`);
}

function answer(
  said: Pick<Match, 'verdict' | 'reason' | 'evidence' | 'candidates'>,
  reading: Reading,
  findings: Finding[],
): Match {
  const first = clearName(reading) ?? reading.record?.name ?? reading.claims[0]?.name;
  const name = first ? shown(first.raw.trim()) : null;
  const lists = listResults(said.verdict, said.reason, findings);
  return { ...said, listings: [], name, tier: null, lists };
}

function listedReason(evidence: Evidence[], findings: Finding[]): string {
  const best = findings.flatMap((f) => f.hits).sort((a, b) => a.tier - b.tier)[0]!;
  const closed = findings
    .filter((f) => f.list.problem !== null)
    .map((f) => `; the list ${f.list.title} cannot be relied on: ${f.list.problem}`);
  const where = evidence.includes(best.evidence) ? ` (${best.evidence.cell ?? best.evidence.source})` : '';
  return `${best.evidence.says}${where}${closed.join('')}`;
}

function goBetweenReason(reading: Reading): string {
  const named = reading.claims[0];
  const who = reading.sender.intermediary ?? (reading.sender.kind === 'own' ? 'one of us' : 'an intermediary');
  const about = named ? `; "${shown(named.name.raw)}" (${named.source}) is only a claim` : '';
  return `${shown(who)} writes for others, so its domain and record are no evidence${about}`;
}

function unidentifiedReason(reading: Reading): string {
  const named = reading.claims[0];
  if (named) return `"${shown(named.name.raw)}" was only typed (${named.source}); nothing else says who is asking`;
  if (reading.sender.kind === 'free-mail')
    return `no organization is named and ${shown(reading.sender.at!.host)} is free mail`;
  const from = reading.sender.at ? `; the domain ${shown(reading.sender.at.host)} alone is no name` : '';
  return `no organization is named (${RECORD_SOURCE}, ${SENDER_SOURCE} and form fields)${from}`;
}
