// Fetches one file from an endpoint of the directory: what a request to it may do, and bytes instead of words.
import type { FetchedFile, Files } from '../../ports/files.js';
import { ProblemError } from '../../problem.js';
import { type EndpointOptions, secretHeader } from './endpoints.js';
import { requestOnce } from './request-once.js';

const TIMEOUT_MS = 20_000;

export function endpointFiles(options: EndpointOptions): Files {
  return {
    async download({ from, path, bytesMost }): Promise<FetchedFile> {
      const endpoint = options.endpoint(from);
      if (!endpoint) return { kind: 'no', reason: `the directory has no endpoint "${from}"` };
      const secret = endpoint.secret === null ? null : options.secret(endpoint.secret);
      if (secret === undefined) return { kind: 'no', reason: `RULE_SECRETS does not hold "${endpoint.secret}"` };
      try {
        const reply = await requestOnce({
          url: `${endpoint.url}${path}`,
          name: `the endpoint ${from}`,
          method: 'GET',
          headers: { Accept: '*/*', ...secretHeader(endpoint, secret) },
          body: '',
          bytesMost,
          allowPrivateNetwork: options.allowPrivateNetwork,
          timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        });
        if (reply.kind === 'failure') {
          if (reply.isTooLarge) return { kind: 'no', reason: `it is larger than ${bytesMost} bytes` };
          // The look-up refused the address; that is no matter of time.
          if (reply.code === 'EPRIVATE') return { kind: 'no', reason: 'its address leads into a private network' };
          return { kind: 'later', reason: `the connection failed (${reply.code})` };
        }
        return fileOf(reply.status, reply.bytes);
      } catch (error) {
        if (error instanceof ProblemError) return { kind: 'no', reason: error.problems[0]!.message };
        throw error;
      }
    },
  };
}

const NOT_NOW = [408, 425, 429];

function fileOf(status: number, content: Uint8Array): FetchedFile {
  if (status === 200) return content.length > 0 ? { kind: 'file', content } : { kind: 'no', reason: 'it is empty' };
  if (status >= 500 || NOT_NOW.includes(status)) return { kind: 'later', reason: `its system answered ${status}` };
  if (status >= 300 && status < 400)
    return { kind: 'no', reason: `its system answered ${status}, and redirects are not followed` };
  return { kind: 'no', reason: `its system answered ${status}` };
}
