// Finds the vendors' API descriptions and compiles their schemas; they are a test oracle and no part of this repository.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';

/** Folder of the descriptions: USHER_OPENAPI_DIR, else `../shared/openapi` beside the repository. */
export const descriptionsDir = process.env.USHER_OPENAPI_DIR ?? join(import.meta.dirname, '../../../shared/openapi');
export const hasDescriptions = existsSync(join(descriptionsDir, 'zendesk'));

type Json = Record<string, unknown>;

/** The 2024 Zendesk description with the corrections of 2026. */
export function zendeskDescription(): Json {
  const text = readFileSync(join(descriptionsDir, 'zendesk/support-oas-2024-03.yaml'), 'utf8');
  const description = parse(text) as Json;
  const patch = JSON.parse(readFileSync(join(descriptionsDir, 'zendesk/patch-2026-07.json'), 'utf8')) as Operation[];
  for (const operation of patch) setAt(description, operation.path, operation.value);
  return description;
}

export function slackDescription(): Json {
  return JSON.parse(readFileSync(join(descriptionsDir, 'slack/slack_web_openapi_v2.json'), 'utf8')) as Json;
}

interface Operation {
  path: string;
  value: unknown;
}

/** Sets what a JSON pointer names. */
export function setAt(root: Json, pointer: string, value: unknown): void {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((k) => k.replaceAll('~1', '/').replaceAll('~0', '~'));
  let place: Json = root;
  for (const key of keys.slice(0, -1)) place = place[key] as Json;
  place[keys.at(-1)!] = value;
}

/** A function that compiles the schema at a JSON pointer of the description. */
export function schemasOf(description: Json): (pointer: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const format of ['int32', 'int64', 'float', 'double', 'datetime']) ajv.addFormat(format, true);
  ajv.addSchema({ ...description, $id: 'x:/description' });
  return (pointer) => ajv.compile({ $ref: `x:/description#${encodeURI(pointer)}` });
}

/** What a schema finds wrong, one line each; empty when it fits. */
export function complaints(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}
