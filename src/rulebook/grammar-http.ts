// The shapes of the step `http` and of the endpoints that it may speak to.
import { z } from 'zod';
import { CASE_EVENTS } from '../core/case-events.js';
import type { Json } from '../core/decision.js';
import { nameShape, textShape } from './grammar.js';
import { pointerShape } from './grammar-events.js';

const headerShape = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'must be the name of a header');

/** What the connection and Usher itself say. */
const RESERVED =
  /^(authorization|host|cookie|idempotency-key|user-agent|accept|connection|expect|te|upgrade|trailer|transfer-encoding|proxy-.*|content-.*)$/i;

const ownHeaderShape = headerShape.refine((name) => !RESERVED.test(name), 'is set by Usher itself');

const jsonShape: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(jsonShape), z.record(z.string(), jsonShape)]),
);

export const pathShape = textShape
  .refine(isPath, 'must begin with one slash, without "?", "#", ".." or "//"')
  .meta({ description: 'A template below the address of the endpoint; values are encoded' });

export const httpShape = z.strictObject({
  to: nameShape.meta({ description: 'An endpoint of rules/directory.yaml' }),
  key: nameShape.meta({ description: 'Names the step: it is taken once an episode' }),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST'),
  path: pathShape,
  query: z.record(textShape, textShape).default({}).meta({ description: 'Name, then template' }),
  headers: z.record(ownHeaderShape, textShape).default({}).meta({ description: 'Name, then template' }),
  body: jsonShape.default(null).meta({ description: 'JSON whose texts are templates' }),
  response: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'use lower case letters, digits and "_"'), pointerShape)
    .default({})
    .meta({ description: 'A word of yours, then the JSON pointer into the answer: the fact case.values.<word>' }),
});

/** What a template prints counts as one letter: it is encoded when the request is made. */
function isPath(path: string): boolean {
  const plain = path.replace(/\{\{.*?\}\}/g, 'x');
  return /^\/[^?#\\\s]*$/.test(plain) && !plain.includes('//') && !plain.includes('..');
}

const urlShape = textShape
  .refine(
    (url) => URL.canParse(url) && /^https?:/.test(url) && !/[?#@]/.test(url),
    'must be an address without login, "?" and "#"',
  )
  .meta({ description: 'https://...; plain http only with ALLOW_PRIVATE_NETWORK' });

export const endpointShape = z.strictObject({
  url: urlShape,
  secret: nameShape.optional().meta({ description: 'Name of the secret in the setting RULE_SECRETS' }),
  header: headerShape.default('Authorization').meta({ description: 'What carries it; Authorization: as bearer token' }),
  idempotent: z
    .boolean()
    .default(false)
    .meta({ description: 'true: it takes the same Idempotency-Key once, so a lost answer may be asked for again' }),
});

export const subscriberShape = z.strictObject({
  url: urlShape,
  secret: nameShape.meta({
    description: 'Name of the secret in the setting RULE_SECRETS that signs: 24 bytes or more in base64',
  }),
  events: z
    .array(z.enum(CASE_EVENTS))
    .min(1)
    .default([...CASE_EVENTS]),
});
