// What Slack refuses in a message: texts, blocks and metadata that break its limits.
import type { SlackBlock, SlackMessage } from './slack-types.js';

const textMax = 40_000;
const sectionTextMax = 3_000;
const blocksMax = 50;
const idMax = 255;
const blockTypes = new Set(['section', 'divider', 'actions', 'context', 'header', 'image', 'rich_text', 'input']);

/** A value that came as JSON in a form field, or already parsed. `undefined` when it is not JSON. */
export function structured(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The `error` of a message without usable content, or null. */
export function complaintOfContent(text: string, blocks: unknown): string | null {
  if (blocks === undefined || (blocks !== null && !Array.isArray(blocks))) return 'invalid_blocks_format';
  if (!text && !blocks?.length) return 'no_text';
  if (text.length > textMax) return 'msg_too_long';
  if (!blocks) return null;
  if (blocks.length > blocksMax) return 'invalid_blocks';
  return blocks.every(isBlock) ? null : 'invalid_blocks';
}

function isBlock(block: unknown): boolean {
  const { type, text, elements, accessory, block_id: id } = (block ?? {}) as Partial<SlackBlock>;
  if (!type || !blockTypes.has(type) || (id?.length ?? 0) > idMax) return false;
  if (type === 'actions' && !areButtons(elements ?? [])) return false;
  if (accessory && !areButtons([accessory])) return false;
  if (type !== 'section' && type !== 'header') return true;
  const length = text?.text?.length ?? 0;
  if (type === 'header') return text?.type === 'plain_text' && length > 0 && length <= 150;
  if (!text) return true;
  return ['mrkdwn', 'plain_text'].includes(text.type ?? '') && length > 0 && length <= sectionTextMax;
}

/** Buttons within Slack's limits, no action id twice. */
function areButtons(elements: NonNullable<SlackBlock['elements']>): boolean {
  const ids = elements.map((e) => e.action_id ?? '');
  return (
    elements.length > 0 &&
    elements.length <= 25 &&
    new Set(ids).size === ids.length &&
    elements.every((e) => {
      const label = e.text as { type?: string; text?: string } | undefined;
      const length = label?.text?.length ?? 0;
      const isShort = (e.value?.length ?? 0) <= 2000 && (e.url?.length ?? 0) <= 3000;
      const isNamed = (e.action_id ?? '').length > 0 && e.action_id!.length <= idMax;
      return e.type === 'button' && label?.type === 'plain_text' && length > 0 && length <= 75 && isShort && isNamed;
    })
  );
}

/** The metadata, null when there is none, or the `error`. Payload values: scalars, or one level of objects or arrays. */
export function readMetadata(given: unknown): SlackMessage['metadata'] | string {
  if (given === undefined || given === null || given === '') return null;
  const metadata = structured(given) as SlackMessage['metadata'] | undefined;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return 'invalid_metadata_format';
  const { event_type, event_payload } = metadata;
  if (typeof event_type !== 'string' || !event_type) return 'invalid_metadata_schema';
  if (typeof event_payload !== 'object' || event_payload === null || Array.isArray(event_payload)) {
    return 'invalid_metadata_schema';
  }
  return Object.values(event_payload).every((v) => isShallow(v, 1))
    ? { event_type, event_payload }
    : 'invalid_metadata_schema';
}

function isShallow(value: unknown, levels: number): boolean {
  if (['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || value === null || levels === 0) return false;
  return Object.values(value).every((v) => isShallow(v, levels - 1));
}
