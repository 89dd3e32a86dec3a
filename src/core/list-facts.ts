// What the lists and the match say, as facts: words with their cells, and a verdict only where every list can be relied on.
import type { Facts } from './decision.js';
import type { ListInUse } from './listing.js';
import type { ListResult, Match } from './match-result.js';
import type { Programme } from './rulebook.js';

export interface ListFactsInput {
  match: Match;
  programme: Programme | null;
  lists?: ListInUse[];
}

export interface ListFacts {
  words: Record<string, string | null>;
  reasons: Record<string, string>;
  /** Sentences about lists that are missing, unreadable, too old or not part of matching. */
  closed: string[];
  /** The same about lists that are open but give no answer for this organization. */
  silent: string[];
}

/** Words and reasons by list: the programme's lists, or all that were matched where no programme was chosen. */
export function listFacts({ match, programme, lists }: ListFactsInput): ListFacts {
  const names = programme ? programme.lists.map((list) => list.name) : Object.keys(match.lists);
  const facts: ListFacts = { words: {}, reasons: {}, closed: [], silent: [] };
  for (const name of names) {
    const result = Object.hasOwn(match.lists, name) ? match.lists[name] : undefined;
    const inUse = lists?.find((list) => list.name === name);
    const isConnected = lists ? inUse !== undefined && inUse.snapshot !== null : result !== undefined;
    const trouble = inUse?.problem ?? null;
    if (!isConnected || trouble !== null) {
      const detail = trouble ? `: ${trouble}` : '';
      const said = `the ${name} list ${isConnected ? 'cannot be relied on' : 'is not connected'}${detail}`;
      facts.words[name] = null;
      facts.reasons[name] = said;
      facts.closed.push(said);
      continue;
    }
    facts.words[name] = result?.value ?? null;
    facts.reasons[name] = result ? reasonWithCell(result) : '';
    if (facts.words[name] === null) facts.silent.push(`the ${name} list gives no answer: ${facts.reasons[name]}`);
  }
  return facts;
}

/** `Tracker!E14: the domain acme.example stands in that row`. */
function reasonWithCell({ cell, reason }: ListResult): string {
  return cell === null || reason.includes(cell) ? reason : `${cell}${reason ? `: ${reason}` : ''}`;
}

/** The verdict as a rule may use it: not known where a list that must be looked through was not. */
export function matchFacts(match: Match, { closed, silent, reasons }: ListFacts): Facts['match'] {
  // Absence proves nothing unless every list was looked through: a decline needs all of them. And who is unidentified or
  // ambiguous now may be plainly listed once a closed list is back.
  const isListed = match.verdict === 'listed';
  const why = isListed ? [] : match.verdict === 'unlisted' ? [...closed, ...silent] : closed;
  const dates = datesFacts(match, reasons);
  return {
    ...dates,
    verdict: why.length > 0 ? null : match.verdict,
    name: match.name,
    tier: match.tier,
    reason: why.length > 0 ? why.join('; ') : match.reason,
    nearest: match.candidates[0]?.name ?? null,
    listReasons: reasons,
  };
}

/** By list; `''` where the row names no such day or stands in no such list, null where nothing is known of it. */
function datesFacts({ lists }: Match, reasons: ListFacts['reasons']): Pick<Facts['match'], string> {
  const of = (read: (approval: NonNullable<ListResult['approval']>) => string | null) =>
    Object.fromEntries(
      Object.keys(reasons).map((name) => {
        const result = Object.hasOwn(lists, name) ? lists[name] : undefined;
        if (result?.approval) return [name, read(result.approval) ?? ''];
        return [name, result === undefined || result.value === null ? null : ''];
      }),
    );
  return { approval: of((a) => a.state), approvedFrom: of((a) => a.from), approvedUntil: of((a) => a.until) };
}
