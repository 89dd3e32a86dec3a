// The arguments of one post: text and blocks that mention nobody by accident, and our mark in the metadata.
import type { types } from '@slack/bolt';
import type { ChatPost } from '../../ports.js';
import { cardBlocks } from './card-blocks.js';

export const EVENT_TYPE = 'usher_write';
/** The most a section block holds, and how many sections a post of ours has at most. */
const SECTION_MAX = 3_000;
const SECTIONS_MAX = 13;
/** Slack advises 4000 and cuts at 40000. */
const TEXT_MAX = 39_000;

/** The arguments of chat.postMessage; `text` is already escaped mrkdwn. Ids only in metadata: every app with history access sees it. */
export function messageOf({ channelId, text, card, mark, threadTs }: ChatPost) {
  return {
    channel: channelId,
    text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text,
    blocks: card ? cardBlocks(card) : sections(text).map(sectionOf),
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    parse: 'none' as const,
    metadata: { event_type: EVENT_TYPE, event_payload: { mark } },
    ...(threadTs ? { thread_ts: threadTs } : {}),
  };
}

function sectionOf(part: string): types.KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: part, verbatim: true } };
}

/** Cuts at line ends, else at spaces, never inside an escape or a link. */
export function sections(escaped: string): string[] {
  const parts: string[] = [];
  let rest = linked(escaped);
  while (rest.length > SECTION_MAX && parts.length < SECTIONS_MAX - 1) {
    const cut = cutAt(rest, SECTION_MAX);
    parts.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^\s/, '');
  }
  if (rest.length > SECTION_MAX) rest = `${rest.slice(0, cutAt(rest, SECTION_MAX - 1))}…`;
  if (rest.trim() !== '') parts.push(rest);
  return parts;
}

/**
 * Blocks are `verbatim`: otherwise Slack reads plain words such as @channel in them. Then it makes no links either, so the addresses that
 * stand bare in the text become explicit ones; those that customers wrote were broken by the renderer.
 */
function linked(text: string): string {
  return text.replace(/<[^<>]*>|https?:\/\/[^\s<>|]+/g, (found) => {
    if (found.startsWith('<')) return found;
    const url = found.replace(/[.,;:!?)\]*_~`'"]+$/, '');
    return `<${url}>${found.slice(url.length)}`;
  });
}

function cutAt(text: string, max: number): number {
  const head = text.slice(0, max);
  const line = head.lastIndexOf('\n');
  if (line > max / 2) return line;
  const space = head.lastIndexOf(' ');
  let cut = space > max / 2 ? space : max;
  const link = head.lastIndexOf('<', cut - 1);
  if (link > 0 && head.indexOf('>', link) === -1) cut = link;
  const entity = head.lastIndexOf('&', cut - 1);
  if (entity > 0 && cut - entity < 6 && !head.slice(entity, cut).includes(';')) cut = entity;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(cut - 1));
  return isHalf ? cut - 1 : cut;
}
