// Generates the JSON Schemas of the rule files from the zod shapes, for completion and checking in editors.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { directoryShape } from './grammar-directory.js';
import { eventsShape } from './grammar-events.js';
import { intentsShape } from './grammar-intents.js';
import { listsShape } from './grammar-lists.js';
import { rulesShape } from './grammar-rules.js';
import { scenariosShape } from './grammar-scenarios.js';

const shapes: Record<string, { title: string; shape: z.ZodType }> = {
  rules: { title: 'Usher: rules of a programme', shape: rulesShape },
  intents: { title: 'Usher: what a ticket asks for', shape: intentsShape },
  lists: { title: 'Usher: the spreadsheets of a programme', shape: listsShape },
  events: { title: 'Usher: systems that send events', shape: eventsShape },
  directory: { title: 'Usher: people, channels and addresses', shape: directoryShape },
  scenarios: { title: 'Usher: scenarios of a programme', shape: scenariosShape },
};

/** File name -> text of the schema, ending in a line break. The same text for the same shapes. */
export function jsonSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, { title, shape }]) => {
      const schema = z.toJSONSchema(shape, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
      return [`${name}.json`, `${JSON.stringify({ title, ...schema }, null, 2)}\n`];
    }),
  );
}

/** Writes the schemas into a folder; returns the names written. */
export async function writeSchemas(folder: string): Promise<string[]> {
  const schemas = jsonSchemas();
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(schemas)) await writeFile(join(folder, name), text);
  return Object.keys(schemas);
}
