// Zendesk's error answers, in the several shapes that it has.
import type { LoopbackAnswer } from './loopback-server.js';

export function errorAnswer(status: number, error: string, description: string, more: object = {}): LoopbackAnswer {
  return { status, body: { error, description, ...more } };
}

export const notFound = (): LoopbackAnswer => errorAnswer(404, 'RecordNotFound', 'Not found');

/** 422; `details` by attribute. */
export function recordInvalid(details: Record<string, string[]>): LoopbackAnswer {
  return errorAnswer(422, 'RecordInvalid', 'Record validation errors', {
    details: Object.fromEntries(
      Object.entries(details).map(([name, texts]) => [
        name,
        texts.map((description) => ({ description, error: 'InvalidValue' })),
      ]),
    ),
  });
}

export const updateConflict = (): LoopbackAnswer =>
  errorAnswer(
    409,
    'UpdateConflict',
    'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.',
  );

export function tooMany(retryAfterSeconds: number, description: string): LoopbackAnswer {
  return {
    ...errorAnswer(429, 'APIRateLimitExceeded', description),
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
  };
}

/** Zendesk's own words for a status that a fault asks for. */
export function zendeskError(status: number): unknown {
  switch (status) {
    case 400:
      return {
        error: { title: 'Invalid attribute', message: 'You passed an invalid value for the ticket attribute.' },
      };
    case 401:
      return { error: "Couldn't authenticate you" };
    case 403:
      return { error: { title: 'Forbidden', message: 'You do not have access to this page.' } };
    case 404:
      return { error: 'RecordNotFound', description: 'Not found' };
    case 409:
      return { error: 'DatabaseConflict', description: 'Database collision' };
    case 422:
      return {
        error: 'RecordInvalid',
        description: 'Record validation errors',
        details: { base: [{ description: 'Status: is not valid', error: 'InvalidValue' }] },
      };
    case 429:
      return { error: 'APIRateLimitExceeded', description: 'Number of allowed API requests per minute exceeded' };
    case 503:
      return { error: 'DatabaseDeadlock', description: 'Database collision' };
    default:
      return { error: 'InternalError', description: 'Something went wrong' };
  }
}
