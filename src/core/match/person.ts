// A person said who is asking: their word settles it when it names exactly one listing exactly, and nothing else does.
import type { Match } from '../match-result.js';
import { candidatesOf, findClaimed, findNearby } from './candidates.js';
import { shown } from './confusables.js';
import { entriesByName, type Hit, nameOf, settleList } from './find-listings.js';
import type { ListIndex, MatchIndex } from './index-lists.js';
import { entriesOf, joinLists } from './join-lists.js';
import { listResults } from './list-results.js';
import { type NamePart, nameKey } from './normalize.js';
import { piece, type Reading } from './read-query.js';

const SOURCE = 'internal note of an agent';

/**
 * `listed` on tier 0, or `ambiguous` with the candidates when no listing, or more than one of a list, carries the name, or its rows
 * do not agree. What the ticket itself says stays in the evidence and no longer decides.
 */
export function matchByPerson(word: { name: string; by: string }, reading: Reading, index: MatchIndex): Match {
  const name = nameKey(word.name);
  const said = `${shown(word.by)} said that this is "${shown(word.name.trim())}"`;
  const findings = joinLists(index.lists.map((list) => settleList(list, hitsIn(list, name.parts, said))));
  const entries = entriesOf(findings);
  const trouble = findings.find((f) => f.trouble !== null)?.trouble ?? null;
  const evidence = [...findings.flatMap((f) => f.evidence), ...reading.evidence];
  const common = { name: shown(word.name.trim()), evidence };
  const first = entries[0];
  if (trouble === null && first) {
    const cell = evidence.find((e) => e.kind === 'person')?.cell;
    return {
      ...common,
      verdict: 'listed',
      listings: entries.map((e) => e.listing),
      name: shown(first.listing.name.trim()),
      tier: 0,
      reason: `${said}${cell ? ` (${cell})` : ''}`,
      candidates: [],
      lists: listResults('listed', said, findings),
    };
  }
  const asked = { ...reading, claims: [{ name, source: SOURCE }] };
  const reason = `${said}, ${trouble === null ? 'and no listing has exactly that name' : `but ${trouble}`}`;
  return {
    ...common,
    verdict: 'ambiguous',
    listings: [],
    tier: null,
    reason,
    candidates: candidatesOf(entries, findClaimed(asked, index), findNearby(asked, index)),
    lists: listResults('ambiguous', reason, findings),
  };
}

function hitsIn(list: ListIndex, parts: NamePart[], said: string): Hit[] {
  return parts.flatMap((part) =>
    entriesByName(list.now, part).map(({ entry, cell }) => ({
      entry,
      tier: 0 as const,
      evidence: piece('person', `${said}, which is ${nameOf(entry)}`, {
        source: SOURCE,
        cell,
        tier: 0,
        supports: true,
        list: list.name,
      }),
    })),
  );
}
