// A copy of the shipped rules and templates in a temporary folder, to be broken by tests.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workspace {
  root: string;
  rulesDir: string;
  templatesDir: string;
  programmes: string[];
  path(file: string): string;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Replaces a text that must be there. */
  edit(file: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

/** `file` arguments are relative to the workspace, like `rules/directory.yaml`. */
export async function openWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'usher-rules-'));
  await cp('rules', join(root, 'rules'), { recursive: true });
  await cp('templates', join(root, 'templates'), { recursive: true });
  const path = (file: string) => join(root, file);
  const read = (file: string) => readFile(path(file), 'utf8');
  return {
    root,
    rulesDir: path('rules'),
    templatesDir: path('templates'),
    programmes: ['everbright-api-access'],
    path,
    read,
    write: (file, text) => writeFile(path(file), text),
    async edit(file, from, to) {
      const text = await read(file);
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      await writeFile(path(file), text.replace(from, to));
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export const RULES = 'rules/everbright-api-access/rules.yaml';
export const LISTS = 'rules/everbright-api-access/lists.yaml';
export const INTENTS = 'rules/everbright-api-access/intents.yaml';
export const DIRECTORY = 'rules/directory.yaml';
export const SCENARIOS = 'rules/everbright-api-access/scenarios/access.yaml';
export const TEMPLATES = 'templates/everbright-api-access';
