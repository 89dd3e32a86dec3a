// A card in a chat, whatever the chat: parts of plain text, so that nothing a customer wrote becomes markup, a mention or a link.

export interface CardButton {
  /** What a click is called; `open` only opens the address. */
  action: 'open' | 'look-again' | 'approve' | 'refuse';
  label: string;
  /** Who and what is clicked on, with a keyed hash; for a click that does something. */
  value?: string;
  /** http or https; never from a customer. */
  url?: string;
  isPrimary?: boolean;
}

export interface CardPart {
  /** Our own word above it, or null. */
  label: string | null;
  /** Plain text; may hold what customers wrote, cleaned of steering characters. */
  text: string;
  button?: CardButton;
  /** In a row below it. */
  buttons?: CardButton[];
}

export interface ChatCard {
  /** Our own words; null for an answer without a heading. */
  heading: string | null;
  parts: CardPart[];
  buttons: CardButton[];
  /** Small print. */
  footer: string | null;
}
