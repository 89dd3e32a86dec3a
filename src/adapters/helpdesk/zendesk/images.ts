// Fetches attached images from Zendesk: from the account itself, or from the vendor's file host it sends us on to.
import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { IMAGE_BYTES_MAX, IMAGES_MAX, isMeasurable } from '../../../core/image-files.js';
import type { AttachedImage } from '../../../ports.js';
import { type Flight, reachOf, watchedTransport } from '../../network.js';
import { readComments } from './conversation.js';
import { authorization } from './http.js';
import { TIMEOUT_MS, type ZendeskOptions } from './options.js';
import type { Get } from './read.js';

/** Where the account's own answer leads to a file: a signed address that takes no login of ours. */
const FILE_HOST = /\.zdusercontent\.com$/;

/** The images of a ticket's conversation, oldest first, at most five. `content` is null for what cannot be had or is too large. */
export async function readImages(
  get: Get,
  base: string,
  options: ZendeskOptions,
  id: string,
): Promise<AttachedImage[]> {
  const { comments } = await readComments(get, id);
  const files = comments.flatMap((comment) => comment.attachments);
  const images: AttachedImage[] = [];
  for (const { file_name: name, content_type: type, size, content_url: url } of files) {
    const bytes = size ?? 0;
    if (!isMeasurable({ name, type })) continue;
    images.push({ name, bytes, content: bytes > IMAGE_BYTES_MAX ? null : await contentOf(url, base, options) });
    if (images.length >= IMAGES_MAX) break;
  }
  return images;
}

/** An address in an answer is believed only as far as it stays with the account; our login goes nowhere else. */
async function contentOf(raw: string, base: string, options: ZendeskOptions): Promise<Uint8Array | null> {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  if (url?.origin !== base) return null;
  const first = await download(url, options, { Authorization: authorization(options.email, options.apiToken) });
  if (first === null || first.status === 200) return first?.data ?? null;
  const next = URL.canParse(first.location, url.href) ? new URL(first.location, url) : null;
  const isFile = next?.protocol === 'https:' && FILE_HOST.test(next.hostname) && next.username === '';
  if (![301, 302, 303, 307].includes(first.status) || !isFile) return null;
  const second = await download(next, { ...options, allowPrivateNetwork: false }, {});
  return second?.status === 200 ? second.data : null;
}

interface Downloaded {
  status: number;
  location: string;
  data: Uint8Array;
}

/** null when nothing came back: an image that cannot be read is not known, and the case goes on. */
async function download(
  url: URL,
  { allowPrivateNetwork = false, timeoutMs = TIMEOUT_MS }: ZendeskOptions,
  headers: Record<string, string>,
): Promise<Downloaded | null> {
  const secure = url.protocol === 'https:';
  const flight: Flight = { connected: false };
  const agent = new (secure ? https : http).Agent({ keepAlive: false });
  try {
    const answer = await axios.request<ArrayBuffer>({
      url: url.href,
      headers: { Accept: 'image/*', 'User-Agent': 'usher', ...headers },
      timeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs + 500),
      maxRedirects: 0,
      proxy: false,
      maxContentLength: IMAGE_BYTES_MAX,
      responseType: 'arraybuffer',
      validateStatus: () => true,
      [secure ? 'httpsAgent' : 'httpAgent']: agent,
      transport: watchedTransport(secure, flight, reachOf(url, allowPrivateNetwork)),
    });
    const location = answer.headers.location;
    return {
      status: answer.status,
      location: typeof location === 'string' ? location : '',
      data: new Uint8Array(answer.data),
    };
  } catch {
    return null;
  }
}
