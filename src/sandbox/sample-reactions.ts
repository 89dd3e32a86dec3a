// The sandbox's customers react: they answer what Usher told them, or a colleague asks too, each once whatever process dies.
import { approveSeller } from './approve-seller.js';
import type { SampleReaction, SampleTicket } from './sample-ticket.js';
import { sampleTickets } from './sample-tickets.js';
import type { SampleHandling } from './sandbox-types.js';
import type { ZendeskSandbox } from './zendesk-sandbox.js';

export interface ReactionOptions {
  zendesk: ZendeskSandbox;
  /** How many different posts in Slack speak of a ticket. */
  postsAbout: (ticketId: string) => number;
  /** Where the sample lists are. */
  listsFolder: string;
  /** Ticket ids of the samples in their order; null before they were filed. */
  samples: () => string[] | null;
  /** Ticket ids of the samples that programmes brought themselves: nobody reacts to those. */
  ownSamples: () => string[];
  /** What was made before: sample key -> ticket id; added to. */
  made: Record<string, string>;
  /** Keeps all changes of `work` on disk as one. */
  together: (work: () => void) => void;
}

interface Reacting {
  sample: SampleTicket;
  reaction: SampleReaction;
  ticketId: string;
}

/**
 * A reaction is due by what the kept world says, and it is made and noted in one write of that world: a process that dies before leaves it
 * due, one that dies after leaves it made.
 */
export class SampleReactions {
  readonly #options: ReactionOptions;
  readonly #edits = new Map<string, Promise<void>>();
  #begun = false;
  #closed = false;
  #look: NodeJS.Immediate | undefined;

  constructor(options: ReactionOptions) {
    this.#options = options;
  }

  /** Until then nobody reacts: Usher would not hear of it. */
  begin(): void {
    this.#begun = true;
    this.wake();
  }

  /** The world has changed: looks soon, after what is just being answered. */
  wake(): void {
    if (!this.#begun || this.#closed || this.#look) return;
    this.#look = setImmediate(() => {
      this.#look = undefined;
      this.#makeDue();
    });
  }

  /** The samples and the reactions that were made or will be, as things stand now. */
  handlings(): SampleHandling[] {
    const { samples, ownSamples } = this.#options;
    const first = [...(samples() ?? []), ...ownSamples()].map((ticketId) => ({ ticketId, episode: 1 as const }));
    const later = this.#reacting().flatMap(({ sample, reaction, ticketId }): SampleHandling[] => {
      const made = this.#options.made[sample.key];
      if (made === '' || (made === undefined && !this.#isDue(reaction, ticketId))) return [];
      if (reaction.approves) return [{ ticketId, episode: 3 }];
      return 'reply' in reaction.act ? [{ ticketId, episode: 2 }] : [{ ticketId: made ?? null, episode: 1 }];
    });
    return [...first, ...later];
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearImmediate(this.#look);
    await Promise.all(this.#edits.values());
  }

  #reacting(): Reacting[] {
    const ids = this.#options.samples();
    // A world with other samples is one of another release.
    if (ids?.length !== sampleTickets.length) return [];
    return sampleTickets.flatMap((sample, i) =>
      sample.reaction ? [{ sample, reaction: sample.reaction, ticketId: ids[i]! }] : [],
    );
  }

  #isDue(reaction: SampleReaction, ticketId: string): boolean {
    return this.#options.zendesk.state().tickets.some((t) => String(t.id) === ticketId && t.status === reaction.once);
  }

  #makeDue(): void {
    for (const one of this.#reacting()) {
      if (this.#options.made[one.sample.key] !== undefined || !this.#isDue(one.reaction, one.ticketId)) continue;
      const { approves } = one.reaction;
      // The first post was about the decline, the second is about the list.
      if (!approves || this.#options.postsAbout(one.ticketId) > 1) this.#make(one);
      else this.#approve(one.sample.key, approves.company);
    }
  }

  #make({ sample, reaction, ticketId }: Reacting): void {
    const { zendesk, made, together } = this.#options;
    together(() => {
      if ('reply' in reaction.act) zendesk.customerReplies(ticketId, reaction.act.reply);
      made[sample.key] = 'reply' in reaction.act ? ticketId : zendesk.customerFiles(reaction.act.files);
    });
  }

  /** Once a process; after another start the row says so already. */
  #approve(key: string, company: string): void {
    if (this.#edits.has(key)) return;
    const { made, together, listsFolder } = this.#options;
    const edit = approveSeller(listsFolder, company)
      .catch(() => false)
      .then((isDone) => {
        if (isDone || this.#closed) return;
        together(() => {
          made[key] = '';
        });
      });
    this.#edits.set(key, edit);
  }
}
