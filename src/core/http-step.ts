// The step `http`: a request to an endpoint of the directory whose path, query, headers and JSON body are small templates.
import type { Problem } from '../problem.js';
import type { Json } from './decision.js';
import { oneLine } from './escape.js';
import { checkTexts, failure, renderPath, renderText } from './small-template.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** As a rule writes it. Texts are templates; what is no text goes out as it is. */
export interface HttpSpec {
  type: 'http';
  /** Name of an endpoint of the directory: no template decides a host. */
  to: string;
  /** Names the step, so that it is taken once. */
  key: string;
  method: HttpMethod;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** null: no body. */
  body: Json;
  /** Name of a value of the case, and the JSON pointer to it in the answer. */
  response: Record<string, string>;
}

/** The request with its final content, without host and secret. */
export interface RenderedHttp {
  type: 'http';
  to: string;
  key: string;
  method: HttpMethod;
  /** With the query; begins with a slash. */
  path: string;
  headers: Record<string, string>;
  /** JSON, or '' where there is none. */
  body: string;
  response: Record<string, string>;
  /** The endpoint takes the same request twice for one: after an unclear answer it is asked again. */
  isRepeatable: boolean;
}

const BODY_MOST = 100_000;

/** Problems of the templates in a step, at `place`; each names what is not known. */
export function checkHttpStep(spec: HttpSpec, place: Partial<Problem>): Problem[] {
  return checkTexts(textsOf(spec), nameOf(spec), place);
}

const nameOf = ({ key }: HttpSpec): string => `http ${key}`;

function textsOf({ path, query, headers, body }: HttpSpec): string[] {
  const inBody = (part: Json): string[] => {
    if (typeof part === 'string') return [part];
    return typeof part === 'object' && part !== null ? Object.values(part).flatMap(inBody) : [];
  };
  return [path, ...Object.values(query), ...Object.values(headers), ...inBody(body)];
}

/** Throws EmptyVariable when something printed is empty, TemplateFailure for everything else. */
export function renderHttpStep(spec: HttpSpec, scope: object, isRepeatable: boolean): RenderedHttp {
  const text = (source: string) => renderText(source, nameOf(spec), scope);
  const path = renderPath(spec.path, nameOf(spec), scope);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(spec.query)) query.append(name, text(value));
  const body = spec.body === null ? '' : JSON.stringify(fill(spec.body, text));
  if (body.length > BODY_MOST) throw failure(nameOf(spec), `the body is longer than ${BODY_MOST} characters`);
  const { type, to, key, method, response } = spec;
  return {
    type,
    to,
    key,
    method,
    path: Object.keys(spec.query).length > 0 ? `${path}?${query}` : path,
    headers: Object.fromEntries(Object.entries(spec.headers).map(([name, value]) => [name, oneLine(text(value))])),
    body,
    response,
    isRepeatable: isRepeatable || method === 'GET' || method === 'PUT',
  };
}

/** Only leaves are templates: no value can add a member or end a string. */
function fill(part: Json, text: (source: string) => string): Json {
  if (typeof part === 'string') return part === '' ? '' : text(part);
  if (Array.isArray(part)) return part.map((item) => fill(item, text));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value, text)]));
}
