// The world log: what people and systems outside the bot saw, appended by the world alone and never changed.

/** Who did it; `usher` is what arrived in the bot's name. */
export type Actor = 'usher' | 'agent' | 'requester' | 'automation' | 'world';

export interface WorldEvent {
  at: number;
  by: Actor;
  /** `reply`, `note`, `update`, `mail`, `post`, `request`, `told` (a subscriber), or what a person or system did. */
  what: string;
  /** The ticket; '' where mail and chat cannot know it. */
  ticketId: string;
  /** Our mark, or ''. */
  mark: string;
  /** Recipient, channel, status, or the words. */
  details: string;
  /** The far side did it once more by itself; we asked once. */
  isEcho: boolean;
}

export class WorldLog {
  readonly #events: WorldEvent[] = [];
  /** Told of everything that happens: whoever gets something may answer it. */
  onEvent: (event: WorldEvent) => void = () => {};

  append(given: Omit<WorldEvent, 'isEcho' | 'mark' | 'ticketId'> & Partial<WorldEvent>): void {
    const event = Object.freeze({ ticketId: '', mark: '', isEcho: false, ...given });
    this.#events.push(event);
    this.onEvent(event);
  }

  events(): readonly WorldEvent[] {
    return this.#events;
  }

  /** One line an event. */
  text(): string {
    return this.#events
      .map((e) =>
        [new Date(e.at).toISOString(), e.by, e.what, e.ticketId, e.mark, e.isEcho ? 'echo' : '', e.details].join('\t'),
      )
      .join('\n');
  }
}
