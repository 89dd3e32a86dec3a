// POST /uploads of the sandbox Zendesk, and the tokens by which an update attaches what was uploaded.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { errorAnswer } from './zendesk-errors.js';
import { fileJson } from './zendesk-files.js';
import type { ZendeskFile } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

/** The vendor's limit is 50 MB; the sandbox keeps its world in one file. */
const BYTES_MOST = 5_000_000;

export function postUpload(world: ZendeskWorld, { query, headers, bytes }: LoopbackRequest): LoopbackAnswer {
  const name = query.get('filename') ?? '';
  if (name === '') return errorAnswer(400, 'MissingParameter', 'filename is required');
  if (bytes.length === 0 || bytes.length > BYTES_MOST) return errorAnswer(413, 'TooLarge', 'The file is too large');
  const id = world.id();
  const attachment: ZendeskFile = {
    id,
    file_name: name,
    content_type: headers['content-type'] ?? 'application/unknown',
    size: bytes.length,
    content_url: `${world.url}/attachments/${id}?name=${encodeURIComponent(name)}`,
    content: bytes.toString('base64'),
  };
  const token = `upload-${world.id()}`;
  world.state.uploads = { ...world.state.uploads, [token]: attachment };
  const shown = fileJson(attachment);
  return { status: 201, body: { upload: { token, attachment: shown, attachments: [shown] } } };
}

/** What the tokens stand for; null when one is not known. A token is good for one comment. */
export function attachedBy(world: ZendeskWorld, tokens: unknown): ZendeskFile[] | null {
  const wanted = Array.isArray(tokens) ? tokens.map(String) : [];
  const uploads = world.state.uploads ?? {};
  const files = wanted.flatMap((token) => (Object.hasOwn(uploads, token) ? [uploads[token]!] : []));
  if (files.length < wanted.length) return null;
  world.state.uploads = Object.fromEntries(Object.entries(uploads).filter(([token]) => !wanted.includes(token)));
  return files;
}
