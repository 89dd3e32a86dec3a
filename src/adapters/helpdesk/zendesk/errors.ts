// Zendesk's ways of saying no: four shapes of error bodies, and what a failed read means for the admin.
import { type Problem, ProblemError, problem, visible } from '../../../problem.js';
import { retryAfterMs } from '../../network.js';
import { PUT_OFF, type Reply } from './http.js';

/** What the API itself said. Its absence means that something else answered: a proxy, a login page. */
export interface ApiError {
  name: string;
  text: string;
}

const asText = (value: unknown): string => (typeof value === 'string' ? visible(value).slice(0, 300) : '');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * Reads `{error,description}`, `{error}`, `{error:{title,message}}` and `{errors:[{code,title,detail}]}` (contract section 5);
 * null for any other body.
 */
export function apiError(json: Record<string, unknown> | undefined): ApiError | null {
  if (json === undefined) return null;
  const { error, errors } = json;
  if (typeof error === 'string')
    return { name: asText(error), text: asText(json.description) || details(json.details) };
  if (isObject(error)) return { name: asText(error.title), text: asText(error.message) };
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (isObject(first)) return { name: asText(first.code), text: asText(first.detail) || asText(first.title) };
  return null;
}

function details(value: unknown): string {
  if (!isObject(value)) return '';
  const said = Object.values(value).flatMap((list) => (Array.isArray(list) ? list : []));
  return said.map((entry) => (isObject(entry) ? asText(entry.description) : '')).join('; ');
}

/** One line for logs and people: `RecordInvalid: Record validation errors`. */
export function said(error: ApiError | null, status: number): string {
  return error
    ? [error.name, error.text].filter((part) => part !== '').join(': ')
    : `status ${status}, not from the API`;
}

const adminReads: Record<number, [code: string, message: string, fix: string]> = {
  401: ['helpdesk-login', 'Zendesk refused the login', 'Check ZENDESK_EMAIL and ZENDESK_API_TOKEN'],
  403: ['helpdesk-forbidden', 'Zendesk does not let our account do this', 'Give the account the role of an agent'],
};

const AGAIN = 'It is tried again by itself';

/** The Problem of a read that did not answer what was asked: the admin's for 401 and 403 of the API itself, else the network's. */
export function readProblem(reply: Reply, what: string): ProblemError {
  return new ProblemError(readProblemOf(reply, what));
}

function readProblemOf(reply: Reply, what: string): Problem {
  if (reply.kind === 'failure' && reply.code === PUT_OFF) {
    const message = `Asking for ${what} waits, so that Zendesk's rate limit is kept`;
    const wait = { isPutOff: true, retryAfterMs: reply.retryAfterMs };
    return problem('helpdesk-rate-limited', message, AGAIN, { family: 'network', ...wait });
  }
  if (reply.kind === 'failure') {
    const why = reply.code === 'EPRIVATE' ? 'its name leads to a private address' : reply.code;
    const fix = reply.code === 'EPRIVATE' ? 'Set ALLOW_PRIVATE_NETWORK=true if that is meant' : AGAIN;
    const family = reply.code === 'EPRIVATE' ? 'admin' : 'network';
    return problem('helpdesk-unreachable', `Zendesk could not be reached for ${what}: ${why}`, fix, { family });
  }
  const error = apiError(reply.json);
  const known = error ? adminReads[reply.status] : undefined;
  if (known) return problem(known[0], `${known[1]} (${what}): ${said(error, reply.status)}`, known[2]);
  const isLimit = reply.status === 429;
  const message = `Zendesk answered ${reply.status} to ${what}: ${said(error, reply.status)}`;
  const wait = retryAfterMs(reply.headers['retry-after'], Date.now());
  return problem(isLimit ? 'helpdesk-rate-limited' : 'helpdesk-unavailable', message, AGAIN, {
    family: 'network',
    ...(wait !== undefined && (isLimit || reply.status === 503) ? { retryAfterMs: wait } : {}),
  });
}

/** An answer of status 200 that is not what the API promises. */
export function strangeAnswer(what: string, detail: string): ProblemError {
  return new ProblemError(
    problem(
      'helpdesk-strange-answer',
      `Zendesk's answer to ${what} is not usable: ${visible(detail)}`,
      'Look at the address',
      {
        family: 'network',
      },
    ),
  );
}
