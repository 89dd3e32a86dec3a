// Who is meant by `to: listing.<list>.<column>`: one of our own people, whose address stands in the row of the matched organization.
import type { Listing } from './listing.js';
import { cellAddress } from './listing.js';
import type { Directory, ListMapping } from './rulebook.js';
import { isOwn } from './screen.js';

/** What such a recipient looks like in a rule. */
export const LISTED_PATTERN = /^listing\.([a-z0-9][a-z0-9_-]{0,63})\.([a-z0-9][a-z0-9_-]{0,63})$/;

/** One plain address: no list, no display name, nothing that a mail program could read as a second recipient. */
export const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/;

/** List and column that a recipient names; null for a role of the directory. */
export function listedRecipient(to: string): { list: string; column: string } | null {
  const [, list, column] = LISTED_PATTERN.exec(to) ?? [];
  return list === undefined || column === undefined ? null : { list, column };
}

/** The list of the programme that has such a column, or undefined. */
export function listWith({ list, column }: { list: string; column: string }, lists: ListMapping[]) {
  return lists.find((l) => l.name === list && Object.hasOwn(l.columns.values, column));
}

/**
 * The address in that cell of the matched listing, or why nothing is sent to it. A list is kept by many hands and mails say who asks
 * and for what: so only a clean cell counts, only an address under one of our own domains, and never one that tickets come in by.
 */
export function listedAddress(
  { list, column }: { list: string; column: string },
  listings: Listing[],
  directory: Directory,
): { address: string } | { why: string } {
  const listing = listings.find((l) => l.list === list);
  if (!listing) return { why: `the organization has no row in the list "${list}", which would name "${column}"` };
  const cell = cellAddress(listing, column);
  const doubt = listing.doubts?.[column];
  if (doubt !== undefined) return { why: `${cell} ("${column}") cannot be relied on: ${doubt}` };
  const address = Object.hasOwn(listing.values, column) ? listing.values[column]! : '';
  if (address === '') return { why: `${cell} ("${column}") is blank` };
  if (!ADDRESS.test(address)) return { why: `${cell} ("${column}") is not one plain mail address` };
  const { domains, addresses } = directory.own;
  if (!isOwn(address, { ...directory, own: { domains, addresses: [] } }))
    return { why: `${cell} ("${column}") names an address outside of our own domains` };
  if (addresses.some((own) => own.toLowerCase() === address.toLowerCase()))
    return { why: `${cell} ("${column}") names an address that tickets come in by` };
  return { address };
}
