// Collects what the keeper of a list ought to mend, and finds rows that contradict each other.
import type { LintFinding, Listing } from '../core/listing.js';
import { visible } from '../problem.js';

/** More than this helps nobody; the rest is counted. */
export const lintMax = 500;

export class Lint {
  private readonly found: LintFinding[] = [];
  private left = 0;

  constructor(private readonly sheet: string) {}

  warn(code: string, cell: string | null, message: string, fix: string): void {
    this.add({ code, severity: 'warning', sheet: this.sheet, cell, message, fix });
  }

  error(code: string, cell: string | null, message: string, fix: string): void {
    this.add({ code, severity: 'error', sheet: this.sheet, cell, message, fix });
  }

  private add(finding: LintFinding): void {
    if (this.found.length < lintMax) this.found.push(finding);
    else this.left++;
  }

  /** All findings, errors first, then in the order they were found. */
  findings(): LintFinding[] {
    const sorted = [
      ...this.found.filter((f) => f.severity === 'error'),
      ...this.found.filter((f) => f.severity === 'warning'),
    ];
    if (this.left > 0)
      sorted.push({
        code: 'more',
        severity: 'warning',
        sheet: this.sheet,
        cell: null,
        message: `${this.left} more findings`,
        fix: 'mend these first',
      });
    return sorted;
  }
}

/** Shown for a row that has a domain or mail but no organization. */
export const noName = '(no name)';

const legalForms =
  /\s(?:inc|incorporated|llc|l l c|ltd|limited|corp|corporation|co|company|lp|llp|gmbh|ag|kg|ug|se|bv|sa|sarl)$/;

/** A name without case, accents' composition, punctuation, spaces and legal form, for telling spellings of one name. */
export function spellingKey(name: string): string {
  let words = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
  for (let before = ''; before !== words; ) {
    before = words;
    words = words.replace(legalForms, '');
  }
  return words.replaceAll(' ', '');
}

/** Finds names and domains that stand in two rows, naming both cells. */
export function lintTwice(listings: Listing[], lint: Lint): void {
  const names = new Map<string, Listing>();
  const domains = new Map<string, Listing>();
  for (const listing of listings) {
    const cell = listing.cells.name ?? `A${listing.row}`;
    const key = listing.name === noName ? '' : spellingKey(listing.name);
    const twin = key === '' ? undefined : names.get(key);
    if (twin) {
      const same = twin.name.toLowerCase() === listing.name.toLowerCase();
      const disagree =
        twin.status === listing.status
          ? ''
          : `, and their statuses differ (${twin.status ?? 'not known'}, ${listing.status ?? 'not known'})`;
      lint.warn(
        same ? 'duplicate-name' : 'two-spellings',
        cell,
        `"${visible(listing.name)}" stands also in ${twin.cells.name}${same ? '' : ` as "${visible(twin.name)}"`}${disagree}`,
        'keep one row',
      );
    } else names.set(key, listing);
    for (const domain of listing.domains) {
      const other = domains.get(domain);
      if (other && other !== listing) {
        lint.warn(
          'shared-domain',
          listing.cells.domains ?? cell,
          `${domain} stands also in ${other.cells.domains ?? other.cells.name} ("${visible(other.name)}"); requests from it need a person`,
          'give each organization its own domain, or merge the rows',
        );
      } else domains.set(domain, listing);
    }
  }
}
