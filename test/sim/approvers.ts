// People who are asked to approve: one answers after a while, twenty click at once, some too late, some after the ticket changed, some never.
import { type Answered, answerApproval } from '../../src/flow/answer-approval.js';
import type { Desk } from './desk.js';
import type { Outside } from './outside.js';
import type { BotProcess } from './process.js';
import type { Receivers } from './senders.js';
import { LATER_WORDS } from './tickets.js';
import type { WorldEvent } from './world-log.js';

const LINK = /https:\/\/usher\.example\/approve\/([0-9a-f]+)\//;
const CROWD = 20;

export type Word = 'approved' | 'refused';

/** What somebody has clicked, whether or not it counted. */
export interface Click {
  id: string;
  word: Word;
  at: number;
}

export class Approvers {
  onTheWay = 0;
  readonly clicks: Click[] = [];

  constructor(
    readonly outside: Outside,
    readonly receivers: Receivers,
    readonly desk: Desk,
  ) {}

  /** A mail that asks for an approval has come. */
  onMail({ details }: WorldEvent): void {
    const id = LINK.exec(details)?.[1];
    const address = details.split(' ')[0]!;
    if (id === undefined) return;
    const { random } = this.outside;
    const soonMs = random.int(1, 150) * 1_000;
    const act = random.pick([
      () => {},
      () => this.#later(soonMs, () => this.#click(id, address)),
      () => this.#later(soonMs, () => this.#click(id, address)),
      () => this.#later(soonMs, () => this.#crowd(id, address)),
      () => this.#later(soonMs, () => this.#changeFirst(id, address)),
      // The wait for it is over.
      () => this.#later(soonMs + 180_000, () => this.#click(id, address)),
    ]);
    act();
  }

  #later(ms: number, act: () => void): void {
    this.onTheWay += 1;
    this.outside.scheduler.after(ms, () => {
      this.onTheWay -= 1;
      act();
    });
  }

  #crowd(id: string, address: string): void {
    this.outside.seen('approval by a crowd');
    for (let n = 0; n < CROWD; n++) this.#click(id, address);
  }

  /** The requester writes, or says who they are; the link in hand is for what stood before. */
  #changeFirst(id: string, address: string): void {
    const { random } = this.outside;
    const row = this.receivers.tables.approvals.get(id);
    const ticket = row && this.receivers.tables.cases.get(row.caseId);
    if (ticket && this.desk.tickets.has(ticket.ticketId)) {
      if (random.chance(0.5)) this.desk.customerReplies(ticket.ticketId, random.pick(LATER_WORDS));
      else this.desk.agentSteers(ticket.ticketId, 'usher: this is Brightfield Solar LLC');
    }
    this.#later(random.int(0, random.chance(0.5) ? 500 : 20_000), () => this.#click(id, address, true));
  }

  #click(id: string, address: string, isChanged = false): void {
    const { random, scheduler } = this.outside;
    const alive = this.receivers.alive();
    if (alive.length === 0) return;
    const word: Word = random.chance(0.8) ? 'approved' : 'refused';
    this.clicks.push({ id, word, at: scheduler.now() });
    this.#answer(random.pick(alive), { id, address, word })
      .then((answered) => this.#note(answered, { id, word, isChanged }))
      // They see an error page; what became of their click the next page says.
      .catch(() => {});
  }

  #answer({ deps, parts }: BotProcess, of: { id: string; address: string; word: Word }): Promise<Answered> {
    const { ledger, enqueue } = deps;
    const directory = async () => parts.knowledge.rulebook.directory;
    const answer = { state: of.word, via: 'e-mail' };
    return answerApproval({ ledger, directory, enqueue }, of.id, { address: of.address }, answer);
  }

  #note(answered: Answered, { id, word, isChanged }: { id: string; word: Word; isChanged: boolean }): void {
    const { log, scheduler, seen } = this.outside;
    if (answered.kind !== 'shown') {
      this.receivers.onBroken(`13: who was asked by mail was told ${answered.kind}`);
      return;
    }
    const { counts, approval } = answered;
    log.append({ at: scheduler.now(), by: 'world', what: word, details: `${approval.caseId} ${id} ${counts}` });
    if (counts) seen(`approval ${word}`);
    else if (isChanged) seen('approval of what has changed');
    else seen(`approval not counted: ${approval.state}`);
  }
}
