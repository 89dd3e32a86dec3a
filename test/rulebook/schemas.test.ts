// The committed JSON Schemas are those of the grammar, and they accept and refuse what the loader does.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { THEN } from '../../src/rulebook/grammar-rules.js';
import { jsonSchemas, writeSchemas } from '../../src/rulebook/schemas.js';

const folder = 'rules/schema';

const ajv = () => formats.default(new Ajv({ strict: false, allErrors: true }));

describe('JSON Schemas', () => {
  it('are committed as generated (UPDATE_SCHEMAS=1 writes them anew)', async () => {
    if (process.env.UPDATE_SCHEMAS) await writeSchemas(folder);
    for (const [name, text] of Object.entries(jsonSchemas())) {
      expect(await readFile(join(folder, name), 'utf8'), name).toBe(text);
    }
    expect((await readdir(folder)).sort()).toEqual(Object.keys(jsonSchemas()).sort());
  });

  it('accept every shipped file, which names its schema in its first line', async () => {
    for (const path of await yamlFiles('rules')) {
      const text = await readFile(path, 'utf8');
      const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1];
      expect(named, path).toBeDefined();
      const schema = JSON.parse(await readFile(join(path, '..', named!), 'utf8'));
      const validate = ajv().compile(schema);
      expect(validate(parse(text)), `${path}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  it.each([
    ['a mistyped key', { prority: 1 }],
    ['two steps in one item', { [THEN]: [{ reply: 'a', hold: 'b' }] }],
    ['an unknown step', { [THEN]: [{ replly: 'a' }] }],
    ['an empty condition', { when: {} }],
    ['an unknown operator', { when: { 'ticket.subject': { includes: 'x' } } }],
  ])('refuse %s in a rule', async (_what, change) => {
    const rules = parse(await readFile('rules/everbright-api-access/rules.yaml', 'utf8'));
    Object.assign(rules.rules[0], change);
    const validate = ajv().compile(JSON.parse(jsonSchemas()['rules.json']!));
    expect(validate(rules)).toBe(false);
  });
});

async function yamlFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true });
  return entries.filter((name) => name.endsWith('.yaml')).map((name) => join(root, name));
}
