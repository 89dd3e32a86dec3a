// What people ask of Usher from a chat, and what it answers; an adapter brings the questions.
import type { ChatCard } from '../core/chat-card.js';

/** Who asks, as the chat proves it. */
export interface ChatVisitor {
  /** The user's id in the chat. */
  id: string;
  /** false: of another workspace, as shared channels bring them. */
  isOurs: boolean;
}

export interface ChatDesk {
  /** A command with its words: `why 1004`. What is answered is for the asker's eyes only. */
  command(from: ChatVisitor, text: string): Promise<ChatCard>;
  /** A click on a button of ours. null: the card itself will say what came of it. */
  click(from: ChatVisitor, button: { action: string; value: string }): Promise<ChatCard | null>;
  /** What the asker's own page in the chat shows. */
  home(from: ChatVisitor): Promise<ChatCard>;
  /** false: this delivery was taken before. */
  isNew(delivery: string): Promise<boolean>;
}
