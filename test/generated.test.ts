// What is generated is committed as generated: settings, schemas, and the tables in the docs.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generatedFiles } from '../src/generate.js';
import { settingTable } from '../src/settings-table.js';

it.each(Object.entries(generatedFiles()))('%s is up to date (npm run generate writes it)', async (path, text) => {
  expect(await readFile(path, 'utf8')).toBe(text);
});

it('.env.example names every setting', async () => {
  const example = await readFile('.env.example', 'utf8');
  expect(Object.keys(settingTable).filter((name) => !example.includes(`\n# ${name}=`))).toEqual([]);
});
