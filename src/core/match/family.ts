// Sub-organizations and the organization they belong to, by a list's column `parent`.
import { statusOn } from '../approval-dates.js';
import type { Listing } from '../listing.js';
import type { Match } from '../match-result.js';
import type { Entry, MatchIndex } from './index-lists.js';
import { formsAgree } from './legal-forms.js';
import { type NamePart, nameKey } from './normalize.js';

/** The key of the column `parent` among a listing's values and cells. */
export const PARENT = 'parent';

/** Names that a row gives for its parent; [] for an organization of its own. */
export function parentNames({ values }: Listing): NamePart[] {
  return isOfItsOwn({ values }) ? [] : nameKey(values[PARENT]!).parts;
}

/** Whether one is the other's parent, in the same list. What speaks for one of them does not speak against the other. */
export function areKin(a: Entry, b: Entry): boolean {
  return a.listing.list === b.listing.list && (isParentOf(a, b) || isParentOf(b, a));
}

function isParentOf(parent: Entry, child: Entry): boolean {
  return parent !== child && child.parents.some((name) => bears(parent, name));
}

function bears(entry: Entry, name: NamePart): boolean {
  return entry.names.some((n) => n.part.key === name.key && formsAgree(n.part.form, name.form));
}

/** What a match says of parents. Everything is null where it is not known: not listed, or a parent that is not found just once. */
export interface Family {
  isSubOrganization: boolean | null;
  /** Name of the parent, as its own row has it, else as written; '' for an organization of its own. */
  parent: string | null;
  /** The parent's status word in that list. */
  parentStatus: string | null;
  /** Admins of the parent; [] for an organization of its own. */
  parentAdmins: string[] | null;
  /** Whoever may speak for the organization: its listed admins and those of its parent. */
  admins: string[] | null;
}

/** Looks the parents of the matched listings up in their lists. One level: the parent of a parent is not asked. */
export function readFamily({ verdict, listings }: Match, index: MatchIndex): Family {
  const unknown = { isSubOrganization: null, parent: null, parentStatus: null, parentAdmins: null, admins: null };
  if (verdict !== 'listed') return unknown;
  const own = listings.flatMap((l) => l.admins);
  const children = listings.filter((l) => !isOfItsOwn(l));
  if (children.length === 0)
    return { isSubOrganization: false, parent: '', parentStatus: '', parentAdmins: [], admins: [...new Set(own)] };
  const parents = children.map((child) => parentOf(child, index));
  const [first] = parents;
  const written = children[0]!.values[PARENT]!.trim();
  const isOne = first && parents.every((p) => p && p.names[0]!.part.key === first.names[0]!.part.key);
  if (!isOne) return { ...unknown, isSubOrganization: true, parent: written };
  const parentAdmins = [...new Set(parents.flatMap((p) => p!.admins))];
  const statuses = new Set(parents.map((p) => statusOn(p!.listing, index.today)));
  return {
    isSubOrganization: true,
    parent: first.listing.name.trim(),
    parentStatus: statuses.size === 1 ? statusOn(first.listing, index.today) : null,
    parentAdmins,
    admins: [...new Set([...own, ...parentAdmins])],
  };
}

/** Who owns it: the parent's row, or its own where it names none; null when the parent is not found once, or has a parent itself. */
export function ownerOfListing(listing: Listing, index: MatchIndex): Entry | null {
  // A cell that names nobody (`unknown`) does not make it an organization of its own.
  const owner = isOfItsOwn(listing) ? entryOf(listing, index) : parentOf(listing, index);
  return owner && isOfItsOwn(owner.listing) ? owner : null;
}

function isOfItsOwn({ values }: Pick<Listing, 'values'>): boolean {
  return (values[PARENT] ?? '').trim() === '';
}

function entryOf({ list: name, row, name: written }: Listing, index: MatchIndex): Entry | null {
  const now = index.lists.find((l) => l.name === name)?.now;
  const entries = nameKey(written).parts.flatMap((part) => now?.byKey.get(part.key) ?? []);
  return entries.find((entry) => entry.listing.row === row) ?? null;
}

/** The one row of the same list that bears the parent's name; null when there is none, or more than one. */
function parentOf(child: Listing, index: MatchIndex): Entry | null {
  const list = index.lists.find((l) => l.name === child.list);
  const names = parentNames(child);
  const found = new Set(
    names.flatMap((name) => (list?.now.byKey.get(name.key) ?? []).filter((entry) => bears(entry, name))),
  );
  const [parent, ...others] = found;
  return parent && others.length === 0 && parent.flaw === null && parent.listing.row !== child.row ? parent : null;
}
