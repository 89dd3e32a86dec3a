// Legal forms at the end of a company's name (Inc, LLC, GmbH, S.A., …): how they are recognized and which may stand for each other.

/** Where a form is at home. "Acme Inc" and "Acme LLC" are taken as one company, "Acme Inc" and "Acme GmbH" are not. */
export type FormFamily = 'english' | 'german' | 'romance' | 'dutch' | 'nordic' | 'slavic' | 'asian';

/**
 * Forms as token sequences. Dotted forms arrive as single letters (`L.L.C.` is `l l c`). Some are recognized only so,
 * because without dots they are ordinary abbreviations: NV, PA, AB, SC are states and provinces, SE a direction, SPA a spa.
 * A lone `co` is not stripped: in a list of American companies it may be Colorado.
 */
const FORMS: Record<FormFamily, string> = {
  english: `inc|incorporated|llc|l l c|llp|l l p|lllp|lp|l p|pllc|p l l c|p c|ltd|limited|l t d|corp|corporation|plc|p l c
    |pty ltd|pty limited|pvt ltd|private limited|pte ltd|co ltd|company limited|co inc|co llc|and co ltd`,
  german: `gmbh|g m b h|mbh|gesellschaft mbh|gesellschaft mit beschrankter haftung|gesellschaft mit beschränkter haftung|ag|a g|kg|k g|kgaa|ohg|gbr|ug
    |ug haftungsbeschränkt|gmbh and co kg|gmbh co kg|ag and co kg|and co kg|e v|e k|s e`,
  romance:
    'sa|s a|sarl|s a r l|s à r l|sàrl|sas|s a s|sasu|eurl|srl|s r l|s p a|s l|ltda|lda|sa de cv|s a de c v|s de r l',
  dutch: 'bv|b v|n v|bvba',
  nordic: 'oy|oyj|aps|a b|a s|asa',
  slavic: 's r o|sro|d o o|doo|sp z o o|sp zoo|ooo|ооо',
  asian: 'sdn bhd|bhd|k k',
};

const FAMILY = new Map<string, FormFamily>();
for (const [family, forms] of Object.entries(FORMS) as [FormFamily, string][]) {
  for (const form of forms.split('|')) FAMILY.set(form.trim(), family);
}
const LAST_WORDS = new Set([...FAMILY.keys()].map((form) => form.slice(form.lastIndexOf(' ') + 1)));
const LONGEST = Math.max(...[...FAMILY.keys()].map((form) => form.split(' ').length));

/** Takes one legal form (the longest that fits) from the end; `tokens` is empty when nothing else was there. */
export function stripLegalForm(tokens: string[]): { tokens: string[]; form: FormFamily | null } {
  if (!LAST_WORDS.has(tokens.at(-1) ?? '')) return { tokens, form: null };
  for (let n = Math.min(LONGEST, tokens.length); n > 0; n--) {
    const family = FAMILY.get(tokens.slice(-n).join(' '));
    if (!family) continue;
    // In "Solar U.S.A." the letters s and a belong to a longer abbreviation and are no form.
    const before = tokens[tokens.length - n - 1];
    if (before && before.length === 1 && tokens[tokens.length - n]!.length === 1) continue;
    return { tokens: tokens.slice(0, -n), form: family };
  }
  return { tokens, form: null };
}

/** Whether two names that are otherwise equal may be one company by their legal forms. */
export function formsAgree(a: FormFamily | null, b: FormFamily | null): boolean {
  return a === null || b === null || a === b;
}
