// The files of a rulebook as plain texts, to be published for other processes and laid out again there.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RulebookSource } from './load.js';
import { hashOf } from './load-programme.js';
import { readFolder, readRuleFile } from './rule-files.js';

/** Texts by place: `rules/directory.yaml`, `rules/<programme>/…`, `templates/<programme>/…`. */
export interface RuleTexts {
  programmes: string[];
  files: Record<string, string>;
}

/** Reads what can be read; what cannot is left out, and the loader says why. */
export async function readRuleTexts(source: RulebookSource): Promise<RuleTexts> {
  const files: Record<string, string> = {};
  const readOne = async (path: string, place: string) => {
    const { text } = await readRuleFile(path);
    if (text !== null) files[place] = text;
  };
  const readAll = async (folder: string, place: string, depth: number): Promise<void> => {
    for (const name of (await readFolder(folder)).names ?? []) {
      if (depth > 0 && !name.includes('.')) await readAll(join(folder, name), `${place}/${name}`, depth - 1);
      else await readOne(join(folder, name), `${place}/${name}`);
    }
  };
  await readOne(join(source.rulesDir, 'directory.yaml'), 'rules/directory.yaml');
  for (const name of source.programmes) {
    await readAll(join(source.rulesDir, name), `rules/${name}`, 1);
    await readAll(join(source.templatesDir, name), `templates/${name}`, 0);
  }
  return { programmes: source.programmes, files };
}

/** sha256 over the programmes and all files with their places. */
export function hashOfTexts({ programmes, files }: RuleTexts): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf([JSON.stringify(programmes), ...sorted.flat()]);
}

/** The directory and the named programmes of `ours`, everything else of `theirs`. */
export function mixTexts(ours: RuleTexts, theirs: RuleTexts, take: { directory: boolean; programmes: string[] }) {
  const isOurs = (place: string) => {
    const programme = /^(?:rules|templates)\/([^/]+)\//.exec(place)?.[1];
    return programme === undefined ? take.directory : take.programmes.includes(programme);
  };
  const files = [
    ...Object.entries(ours.files).filter(([place]) => isOurs(place)),
    ...Object.entries(theirs.files).filter(([place]) => !isOurs(place)),
  ];
  return { programmes: ours.programmes, files: Object.fromEntries(files) } satisfies RuleTexts;
}

const PLACE = /^(rules|templates)(\/[^/\\]+)+$/;

/**
 * Lays the files out under `folder`, whole or not at all; what already stands there as it should is left alone, for other processes of the
 * machine may be reading it. Throws when a place leads out of it.
 */
export async function writeRuleTexts(folder: string, { programmes, files }: RuleTexts): Promise<RulebookSource> {
  const source = { rulesDir: join(folder, 'rules'), templatesDir: join(folder, 'templates'), programmes };
  const astray = Object.keys(files).find((place) => !PLACE.test(place) || place.split('/').includes('..'));
  if (astray !== undefined) throw new Error(`published rules name a place that is none: ${astray}`);
  if (await standsAt(folder, files)) return source;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    for (const [place, text] of Object.entries(files)) {
      const path = join(draft, place);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode: 0o600 });
    }
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!(await standsAt(folder, files))) throw error;
  }
  return source;
}

/** Whether just these files stand there. */
async function standsAt(folder: string, files: RuleTexts['files']): Promise<boolean> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    if (entries.filter((e) => e.isFile()).length !== Object.keys(files).length) return false;
    for (const [place, text] of Object.entries(files))
      if ((await readFile(join(folder, place), 'utf8')) !== text) return false;
    return true;
  } catch {
    return false;
  }
}
