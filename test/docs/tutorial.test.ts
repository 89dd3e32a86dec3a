// The tutorial is executed as it stands: its files are written, the check is clean, its scenarios pass, and its ticket gives what it says.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleSheetsOf } from '../../src/app/sample-sheets.js';
import { samplesOf } from '../../src/app/samples-of.js';
import { writeSheet } from '../../src/sandbox/write-sheet.js';
import { type Block, commandsOf, difference, readDocuments, TUTORIAL } from './documents.js';
import { addExample, openPlace, removePlace, runUsher } from './places.js';

const { blocks } = readDocuments().find((d) => d.path === TUTORIAL)!;
const ofLanguage = (language: string) => blocks.filter((b) => b.language === language);
const programmes = [/^PROGRAMMES=(\S+)$/m.exec(ofLanguage('ini')[0]!.text)![1]!];
let root: string;

/** The file that a block's first line names, or the last one between backticks before it. */
function fileOf({ text, before }: Block): string {
  return /^# (rules\/\S+)/.exec(text)?.[1] ?? [...before.matchAll(/`([\w./-]+\.(?:liquid|json)|\.env)`/g)].at(-1)![1]!;
}

beforeAll(async () => {
  root = await openPlace();
  for (const block of blocks.filter((b) => ['yaml', 'liquid', 'ini', 'json'].includes(b.language))) {
    if (block.text.startsWith('# directory.yaml')) {
      await addExample(root, block.text);
      continue;
    }
    const path = join(root, fileOf(block));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, block.text);
  }
  // What `npm start` does before it files the samples.
  const [RULES_DIR, TEMPLATES_DIR, DATA_DIR] = ['rules', 'templates', 'data'].map((name) => join(root, name));
  const settings = {
    RULES_DIR: RULES_DIR!,
    TEMPLATES_DIR: TEMPLATES_DIR!,
    DATA_DIR: DATA_DIR!,
    PROGRAMMES: programmes,
  };
  for (const sheet of await sampleSheetsOf(settings)) await writeSheet(sheet);
}, 60_000);
afterAll(() => removePlace(root));

describe('the tutorial', () => {
  it('needs under 60 lines of YAML and three templates', () => {
    const lines = ofLanguage('yaml').flatMap((b) => b.text.trimEnd().split('\n'));
    expect([lines.length < 60, ofLanguage('liquid').length]).toEqual([true, 3]);
  });

  it('has a sample ticket for the sandbox', async () => {
    const { programmes: samples } = await samplesOf({ rulesDir: join(root, 'rules'), programmes });
    expect(samples.tickets[programmes[0]!]).toMatchObject([{ email: 'ann@acme-resale.example' }]);
  });

  it.each(ofLanguage('sh').map((b) => [b.place, b] as const))(
    '%s runs and prints what the page says',
    async (_place, block) => {
      const [args, ...more] = commandsOf(block);
      const { code, output } = await runUsher(root, args!);
      expect([code, more], output).toEqual([0, []]);
      expect(difference(block.next!.text, output)).toBeNull();
    },
    60_000,
  );
});
