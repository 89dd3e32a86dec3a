// States of the USA and German Bundesländer: names, abbreviations, and where an address in a text names one.
import { foldWords } from './text.js';

const US: Record<string, string> = {
  AL: 'Alabama',
  AK: 'Alaska',
  AZ: 'Arizona',
  AR: 'Arkansas',
  CA: 'California',
  CO: 'Colorado',
  CT: 'Connecticut',
  DE: 'Delaware',
  DC: 'District of Columbia',
  FL: 'Florida',
  GA: 'Georgia',
  HI: 'Hawaii',
  ID: 'Idaho',
  IL: 'Illinois',
  IN: 'Indiana',
  IA: 'Iowa',
  KS: 'Kansas',
  KY: 'Kentucky',
  LA: 'Louisiana',
  ME: 'Maine',
  MD: 'Maryland',
  MA: 'Massachusetts',
  MI: 'Michigan',
  MN: 'Minnesota',
  MS: 'Mississippi',
  MO: 'Missouri',
  MT: 'Montana',
  NE: 'Nebraska',
  NV: 'Nevada',
  NH: 'New Hampshire',
  NJ: 'New Jersey',
  NM: 'New Mexico',
  NY: 'New York',
  NC: 'North Carolina',
  ND: 'North Dakota',
  OH: 'Ohio',
  OK: 'Oklahoma',
  OR: 'Oregon',
  PA: 'Pennsylvania',
  PR: 'Puerto Rico',
  RI: 'Rhode Island',
  SC: 'South Carolina',
  SD: 'South Dakota',
  TN: 'Tennessee',
  TX: 'Texas',
  UT: 'Utah',
  VT: 'Vermont',
  VA: 'Virginia',
  WA: 'Washington',
  WV: 'West Virginia',
  WI: 'Wisconsin',
  WY: 'Wyoming',
};

const GERMAN = [
  'Baden-Württemberg',
  'Bayern',
  'Berlin',
  'Brandenburg',
  'Bremen',
  'Hamburg',
  'Hessen',
  'Mecklenburg-Vorpommern',
  'Niedersachsen',
  'Nordrhein-Westfalen',
  'Rheinland-Pfalz',
  'Saarland',
  'Sachsen',
  'Sachsen-Anhalt',
  'Schleswig-Holstein',
  'Thüringen',
];

const OTHER_NAMES: Record<string, string> = {
  calif: 'CA',
  nrw: 'Nordrhein-Westfalen',
  bavaria: 'Bayern',
  'washington dc': 'DC',
};

const BY_NAME = new Map<string, string>([
  ...Object.entries(US).flatMap(([code, name]): [string, string][] => [
    [foldWords(code), code],
    [foldWords(name), code],
  ]),
  ...GERMAN.map((name): [string, string] => [foldWords(name), name]),
  ...Object.entries(OTHER_NAMES),
]);

/** `CA` for `California`, `ca.` or `CA`; `Bayern` for `bayern`; null for what is no region known here. */
export function regionOf(written: string): string | null {
  return BY_NAME.get(foldWords(written)) ?? null;
}

const CODES = Object.keys(US).join('|');
/** Without a postal code these are rather words: "Sounds good, OK". */
const UNMISTAKABLE = Object.keys(US)
  .filter((code) => !['HI', 'IN', 'ME', 'OK', 'OR'].includes(code))
  .join('|');
const CITY = "(?:^|[|•·,;])[ \\t]*(?:\\p{Lu}[\\p{L}.'-]{0,30}[ \\t]){0,3}\\p{Lu}[\\p{L}.'-]{0,30}";
const NAMES = Object.values(US).join('|');
const LANDS = GERMAN.join('|');

/**
 * How an address names a region. Only these forms count: prose like "we work in California and Texas" says where somebody
 * works, not where the organization is, and codes like IN, OR, ME are words.
 */
const ADDRESS_FORMS: RegExp[] = [
  // City, CA 94103 / CA 94103-1234
  new RegExp(`(?<![\\p{L}\\p{N}])(${CODES}),?[ \\t]+\\d{5}(?:-\\d{4})?(?!\\d)`, 'gu'),
  // City, CA or City, California at the end of a line, every word of the city capitalized
  new RegExp(`${CITY},[ \\t]*(${UNMISTAKABLE}|${NAMES})[ \\t.]*(?:,?[ \\t]*(?:USA|US|United States))?[ \\t]*$`, 'gmu'),
  new RegExp(`,[ \\t]*(${NAMES})[ \\t]+\\d{5}(?!\\d)`, 'gu'),
  // 80331 München, Bayern
  new RegExp(`(?<!\\d)\\d{5}[ \\t]+\\p{Lu}[\\p{L}. -]{1,40}[,(][ \\t]*(${LANDS})(?!\\p{L})`, 'gu'),
  // 10115 Berlin: the city states are their own state
  /(?<!\d)\d{5}[ \t]+(Berlin|Hamburg|Bremen)(?![\p{L}-])/gu,
  // State: CA
  /^[ \t]*(?:state|bundesland|located in|location)[ \t]*:[ \t]*([\p{L}. -]{2,40}?)[ \t]*$/gimu,
];

/** Every region that an address or a labelled line in the text names, once each, in order of form. */
export function regionsIn(text: string): string[] {
  const found = new Set<string>();
  for (const form of ADDRESS_FORMS) {
    for (const hit of text.slice(0, 20_000).matchAll(form)) {
      const region = regionOf(hit[1]!);
      if (region) found.add(region);
    }
  }
  return [...found];
}
