// A desk behind an adapter of a chat that notes who asks what, and answers with a card that says so.
import type { ChatCard } from '../../src/core/chat-card.js';
import type { ChatDesk, ChatVisitor } from '../../src/ports/chat-desk.js';

/** `card` makes an answer of its text. */
export function notingDesk(
  asked: string[],
  card: (text: string) => ChatCard,
  isNew: ChatDesk['isNew'] = async () => true,
): ChatDesk {
  const who = (from: ChatVisitor) => `${from.id}${from.isOurs ? '' : ' (foreign)'}`;
  return {
    async command(from, text) {
      asked.push(`${who(from)} asks ${text}`);
      return card(`answer to ${text}`);
    },
    async click(from, { action, value }) {
      asked.push(`${who(from)} clicks ${action} ${value}`);
      return card('clicked');
    },
    async home(from) {
      asked.push(`${who(from)} comes home`);
      return card('home');
    },
    isNew,
  };
}
