// Uploads files for a comment: until an update names their tokens they belong to no ticket, and after three days they are gone.
import { z } from 'zod';
import type { OutgoingFile } from '../../../ports/files.js';
import type { Outcome } from '../../../ports.js';
import { retryAfterMs } from '../../network.js';
import { REFUSALS } from './classify-update.js';
import { apiError, said } from './errors.js';
import type { Haste, Reply, ZendeskHttp } from './http.js';

const answerShape = z.object({ upload: z.object({ token: z.string().min(1) }) });

/** Tokens in the order of the files, or how it ended. Whatever is unclear was not sent: an upload shows nowhere. */
export async function uploadAll(
  http: Pick<ZendeskHttp, 'post'>,
  files: OutgoingFile[],
  { haste, nowMs }: { haste: () => Haste; nowMs: number },
): Promise<{ value: string[] } | { outcome: Outcome }> {
  const tokens: string[] = [];
  for (const { name, type, content } of files) {
    const reply = await http.post('/uploads', { params: { filename: name }, bytes: content, type }, haste());
    const token = reply.kind === 'answer' ? answerShape.safeParse(reply.json).data?.upload.token : undefined;
    if (reply.kind === 'answer' && reply.status === 201 && token !== undefined) tokens.push(token);
    else return { outcome: notUploaded(reply, nowMs) };
  }
  return { value: tokens };
}

function notUploaded(reply: Reply, nowMs: number): Outcome {
  if (reply.kind === 'failure')
    return { kind: 'not-sent', code: reply.code, reason: reply.reason, retryAfterMs: reply.retryAfterMs };
  const error = apiError(reply.json);
  const reason = `the file was not taken: ${said(error, reply.status)}`;
  if (error && REFUSALS.has(reply.status)) return { kind: 'refused', code: String(reply.status), reason };
  const laterMs = retryAfterMs(reply.headers['retry-after'], nowMs);
  return { kind: 'not-sent', code: String(reply.status), reason, retryAfterMs: laterMs };
}
