// Whether an organization that no list knows is clearly named, and what else was said that does not agree with that name.
import type { Evidence } from '../match-result.js';
import { agreesInSpelling, isDistinct, isShortFor } from './compare-names.js';
import { shown } from './confusables.js';
import type { NameKey, NamePart } from './normalize.js';
import { piece, RECORD_SOURCE, type Reading, SENDER_SOURCE } from './read-query.js';

/** The organization's name where it is clear: from the record, or a claim that the sender's own domain bears out. */
export function clearName(reading: Reading): NameKey | null {
  const record = reading.record?.name;
  if (record && record.problem === null) return record;
  if (reading.sender.kind !== 'company') return null;
  const label = reading.sender.at!.label.replaceAll('-', '');
  const claim = reading.claims.find((c) => c.name.problem === null && c.name.parts.some((p) => bearsOut(label, p)));
  return claim?.name ?? null;
}

function bearsOut(label: string, part: NamePart): boolean {
  return label.length >= 4 && label === part.compact.replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * What contradicts a clear name: a typed company that is another one, or a sender whose own domain is not among the record's.
 * Somebody may be asking for somebody else then, and nobody is declined on that.
 */
export function findDoubts(clear: NameKey, reading: Reading): Evidence[] {
  const name = `"${shown(clear.raw.trim())}"`;
  const doubts = reading.claims
    .filter((claim) => !isSameName(claim.name, clear))
    .map(({ name: typed, source }) =>
      piece('contradiction', `"${shown(typed.raw.trim())}" was typed (${source}), which is not ${name}`, { source }),
    );
  const hosts = reading.record?.hosts ?? [];
  const { kind, at } = reading.sender;
  if (kind === 'company' && hosts.length > 0 && !hosts.some((host) => host.domain === at!.domain)) {
    const says = `the sender writes from ${shown(at!.host)}, which is none of the domains of the ${RECORD_SOURCE} of ${name}`;
    doubts.push(piece('contradiction', says, { source: SENDER_SOURCE }));
  }
  return doubts;
}

/** The typed name may be written carelessly or cut short; it may not say more than the clear one, trade words apart. */
function isSameName(typed: NameKey, clear: NameKey): boolean {
  return typed.parts.some((a) =>
    clear.parts.some((b) => agreesInSpelling(a, b) || isCutShort(a, b) || isShortFor(b, a)),
  );
}

function isCutShort(short: NamePart, long: NamePart): boolean {
  return isDistinct(short.key) && short.form === null && ` ${long.key} `.startsWith(` ${short.key} `);
}
