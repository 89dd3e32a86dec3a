// One match index a programme: programmes that stand beside each other never see each other's listings.
import { dayIn, zoneOf } from '../approval-dates.js';
import type { ListInUse } from '../listing.js';
import type { Programme, Rulebook } from '../rulebook.js';
import { buildMatchIndex, type MatchIndex } from './index-lists.js';

/** By the programme's name. `none` has no list: for tickets that no programme, or more than one, takes. */
export interface MatchIndexes {
  none: MatchIndex;
  byProgramme: Map<string, MatchIndex>;
}

/** The lists that a programme names; [] where none was chosen among several. A single programme is meant even when it was not chosen. */
export function listsOf(lists: ListInUse[], programme: Programme | null, rulebook: Rulebook): ListInUse[] {
  const meant = meantBy(programme, rulebook);
  return meant ? lists.filter((list) => meant.lists.some((mapping) => mapping.name === list.name)) : [];
}

/** Indexes every programme's own lists; the costs are those of `buildMatchIndex`. */
export function buildMatchIndexes(lists: ListInUse[], rulebook: Rulebook): MatchIndexes {
  const { directory, programmes } = rulebook;
  return {
    none: buildMatchIndex([], directory),
    byProgramme: new Map(programmes.map((p) => [p.name, buildMatchIndex(listsOf(lists, p, rulebook), directory)])),
  };
}

/**
 * What a ticket of this programme is matched against at a time (ISO string or Date), which says which approvals hold. Throws when the
 * indexes were built from another rulebook.
 */
export function indexFor(
  indexes: MatchIndexes,
  programme: Programme | null,
  rulebook: Rulebook,
  now: string | Date,
): MatchIndex {
  const meant = meantBy(programme, rulebook);
  if (!meant) return indexes.none;
  const index = indexes.byProgramme.get(meant.name);
  if (!index) throw new Error(`no match index for the programme ${meant.name}`);
  return { ...index, today: dayIn(now, zoneOf(meant)) };
}

/** Where nothing was chosen among several, showing the lists of any of them would tell of one what belongs to another. */
export function meantBy(programme: Programme | null, { programmes }: Rulebook): Programme | null {
  return programme ?? (programmes.length === 1 ? programmes[0]! : null);
}
