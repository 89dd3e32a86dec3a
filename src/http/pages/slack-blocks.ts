// How a card is shown on the sandbox's page: the blocks that Usher posts to Slack, as plain text and buttons.
import { type Html, html, outsideLink } from './html.js';

interface Button {
  action_id?: string;
  url?: string;
  text?: { text?: string };
}

interface Block {
  type?: string;
  text?: { type?: string; text?: string };
  /** Buttons have a text of their own kind, small print is its text. */
  elements?: (Omit<Button, 'text'> & { text?: string | Button['text'] })[];
  accessory?: Button;
}

/** Whether a post is more than text: a card has a heading or buttons. */
export function isCard(blocks: unknown[]): boolean {
  return (blocks as Block[]).some((b) => b.type === 'header' || b.type === 'actions');
}

/** `click` shows a button that does something; without it there are none. */
export function slackBlocks(blocks: unknown[], text: string, click?: (action: string, label: string) => Html): Html {
  if (blocks.length === 0) return html`<p>${text}</p>`;
  return html`<div class="letter" dir="auto">${(blocks as Block[]).map((block) => blockOf(block, click))}</div>`;
}

function blockOf(block: Block, click?: (action: string, label: string) => Html): Html {
  const said = block.text?.text ?? '';
  if (block.type === 'header') return html`<p><strong>${said}</strong></p>`;
  if (block.type === 'actions')
    return html`<div class="buttons">${(block.elements ?? []).map((button) => buttonOf(button, click))}</div>`;
  if (block.type === 'context')
    return html`<p class="sub">${(block.elements ?? []).map((e) => (typeof e.text === 'string' ? e.text : ''))}</p>`;
  return html`<p>${said}${block.accessory && html` ${buttonOf(block.accessory, click)}`}</p>`;
}

function buttonOf(
  { action_id: action = '', url, text }: NonNullable<Block['elements']>[number],
  click?: (action: string, label: string) => Html,
): Html {
  const label = (typeof text === 'string' ? text : text?.text) ?? action;
  if (url) return outsideLink(url, label);
  return click ? click(action, label) : html`${label}`;
}
