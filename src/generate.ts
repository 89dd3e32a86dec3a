// Writes what is generated and committed: .env.example, the rules' JSON Schemas, and the tables of facts, variables and packages.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { factsMarkdown } from './core/fact-table.js';
import { templatesMarkdown } from './core/template-scope.js';
import { dependenciesMarkdown, type LockFile } from './generate-dependencies.js';
import { jsonSchemas } from './rulebook/schemas.js';
import { envExample } from './settings.js';

/** Path from the repository's root -> text. */
export function generatedFiles(): Record<string, string> {
  const schemas = Object.entries(jsonSchemas()).map(([name, text]) => [`rules/schema/${name}`, text] as const);
  return {
    '.env.example': envExample(),
    'docs/dependencies.md': dependenciesMarkdown(JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile),
    'docs/facts.md': factsMarkdown(),
    'docs/variables.md': templatesMarkdown(),
    ...Object.fromEntries(schemas),
  };
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, text] of Object.entries(generatedFiles())) await writeFile(path, text);
}
