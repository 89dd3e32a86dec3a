// Made-up companies with names that are not near each other, the same ones in every run.

export interface BenchCompany {
  name: string;
  domain: string;
  contact: { name: string; email: string };
}

const STARTS = ['bar', 'cel', 'dov', 'fin', 'gral', 'hest', 'jun', 'kam', 'lor', 'mev', 'nix', 'pol', 'quar', 'ruf'];
const MIDDLES = ['a', 'e', 'i', 'o', 'u', 'ami', 'edo', 'iru', 'onu', 'uva'];
const ENDS = ['bek', 'dan', 'fos', 'gim', 'lux', 'mor', 'nep', 'rik', 'sol', 'tav', 'wen', 'zar', 'thorp', 'stead'];

/** A generator of numbers from 0 up to 1 that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function wordOf(random: () => number): string {
  const pick = (from: string[]) => from[Math.floor(random() * from.length)]!;
  return pick(STARTS) + pick(MIDDLES) + pick(ENDS) + (random() < 0.5 ? pick(MIDDLES) + pick(ENDS) : '');
}

/** `count` different companies of two made-up words each. */
export function companies(count: number, seed: number): BenchCompany[] {
  const random = seeded(seed);
  const taken = new Set<string>();
  const made: BenchCompany[] = [];
  while (made.length < count) {
    const words = [wordOf(random), wordOf(random)];
    const joined = words.join('');
    if (taken.has(joined)) continue;
    taken.add(joined);
    const name = words.map((w) => w[0]!.toUpperCase() + w.slice(1)).join(' ');
    const domain = `${joined}.example`;
    made.push({ name, domain, contact: { name: 'Pat Example', email: `pat@${domain}` } });
  }
  return made;
}
