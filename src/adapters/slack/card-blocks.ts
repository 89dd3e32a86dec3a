// A card in Slack's Block Kit: plain text throughout, within Slack's limits (contract section 3).
import type { types } from '@slack/bolt';
import type { CardButton, CardPart, ChatCard } from '../../core/chat-card.js';
import { cut } from '../../core/text.js';

/** Of one message, or of a home page. */
export const BLOCKS_MAX = 50;
const SECTION_MAX = 3_000;
const HEADER_MAX = 150;
const BUTTON_MAX = 75;
const URL_MAX = 3_000;
const VALUE_MAX = 2_000;
const ACTIONS_MAX = 25;
/** Slack hands a text that begins so back as the label of an empty line. */
const EMPTY = '–';

/** Typed by Slack's own types, so that an unknown block or member does not compile. */
export function cardBlocks(card: ChatCard): types.KnownBlock[] {
  const ends: types.KnownBlock[] = [];
  ends.push(...rowOf(card, 'usher'));
  if (card.footer !== null) ends.push({ type: 'context', elements: [plain(card.footer, SECTION_MAX)] });
  const head: types.KnownBlock[] =
    card.heading === null ? [] : [{ type: 'header', text: plain(card.heading, HEADER_MAX) }];
  const parts = card.parts.flatMap((part, n) => [...sectionsOf(part), ...rowOf(part, `part-${n}`)]);
  return [...head, ...parts.slice(0, BLOCKS_MAX - head.length - ends.length), ...ends];
}

/** `id` is unique within a message, as the names of buttons are within a row. */
function rowOf({ buttons = [] }: Pick<CardPart, 'buttons'>, id: string): types.ActionsBlock[] {
  const elements = buttons.flatMap((button) => buttonOf(button) ?? []).slice(0, ACTIONS_MAX);
  return elements.length > 0 ? [{ type: 'actions', block_id: id, elements }] : [];
}

function sectionsOf({ label, text, button }: CardPart): types.SectionBlock[] {
  const pieces = split(label === null ? text : `${label}\n${text}`);
  const accessory = button && buttonOf(button);
  return pieces.map((piece, i) => ({
    type: 'section',
    text: plain(piece, SECTION_MAX),
    ...(accessory && i === 0 ? { accessory } : {}),
  }));
}

/** In pieces that fit a section, at line ends where there are some. */
function split(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > SECTION_MAX) {
    const line = rest.lastIndexOf('\n', SECTION_MAX);
    const half = /[\ud800-\udbff]/.test(rest.charAt(SECTION_MAX - 1)) ? SECTION_MAX - 1 : SECTION_MAX;
    const end = line > SECTION_MAX / 2 ? line : half;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\n/, '');
  }
  return [...pieces, rest];
}

function buttonOf({ action, label, value, url, isPrimary }: CardButton): types.Button | null {
  if ((url?.length ?? 0) > URL_MAX || (value?.length ?? 0) > VALUE_MAX) return null;
  return {
    type: 'button',
    // Unique within a message; the word before the colon says what it does.
    action_id: `${action}:${cut(label, 40)}`,
    text: plain(label, BUTTON_MAX),
    ...(value ? { value } : {}),
    ...(url ? { url } : {}),
    ...(isPrimary ? { style: 'primary' as const } : {}),
  };
}

function plain(text: string, max: number): types.PlainTextElement {
  return { type: 'plain_text', text: cut(text.trim() === '' ? EMPTY : text, max), emoji: false };
}
