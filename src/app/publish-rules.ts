// Which files stand for the rulebook in use: own ones, and of what is broken in them the last good ones, checked by loading them.
import type { Rulebook } from '../core/rulebook.js';
import { type LoadedRulebook, loadRulebook } from '../rulebook/load.js';
import { hashOfTexts, mixTexts, type RuleTexts, writeRuleTexts } from '../rulebook/rule-texts.js';

export interface Laid {
  hash: string;
  texts: RuleTexts;
  loaded: LoadedRulebook;
}

/** Writes the texts where this process keeps published rules, and loads them from there. */
export async function layOut(folder: string, texts: RuleTexts): Promise<Laid> {
  const hash = hashOfTexts(texts);
  const source = await writeRuleTexts(`${folder}/${hash.slice(0, 16)}`, texts);
  return { hash, texts, loaded: await loadRulebook(source) };
}

/**
 * The texts that load to exactly this rulebook: `own` files as they are on disk, or mixed with those `published` before. null
 * when neither does: the files were changed meanwhile, and the next look at them decides.
 */
export async function textsOf(
  rulebook: Rulebook,
  { own, published, folder }: { own: RuleTexts; published: RuleTexts | null; folder: string },
): Promise<Laid | null> {
  const fits = (laid: Laid) => (laid.loaded.rulebook?.hash === rulebook.hash ? laid : null);
  const whole = await layOut(folder, own);
  if (fits(whole) || !published) return fits(whole);
  const { directory, byProgramme } = whole.loaded;
  const same = rulebook.programmes.filter((p) => byProgramme[p.name]?.programme?.hash === p.hash).map((p) => p.name);
  for (const isOwnDirectory of [false, true]) {
    if (isOwnDirectory && !directory.directory) break;
    const mixed = await layOut(folder, mixTexts(own, published, { directory: isOwnDirectory, programmes: same }));
    if (fits(mixed)) return mixed;
  }
  return null;
}
