// Brings hostile tickets into a help desk as mail would, lets Usher work on them, and tells what came of it.
import { expect } from 'vitest';
import type { NewTicket } from '../../src/sandbox/zendesk-sandbox.js';
import type { ZendeskTicket } from '../../src/sandbox/zendesk-types.js';
import { arrive, type Stage, stageFor } from '../flow/journey.js';
import type { Process } from '../flow/world.js';
import { anyDatabase } from '../storage/databases.js';

/** What became of one ticket. */
export interface Outcome {
  ticketId: string;
  state: string;
  rule: string | null;
  reason: string | null;
  verdict: string;
  /** Public comments by Usher. */
  replies: string[];
  /** Kinds of everything Usher did on the ticket, mailed or posted. */
  acts: string[];
}

export interface Incoming {
  stage: Stage;
  /** Files a ticket, changes it in the help desk (`edit`), and waits until Usher is done with it. */
  comes(ticket: Partial<NewTicket>, how?: { edit?: (ticket: ZendeskTicket) => void; by?: Process }): Promise<Outcome>;
}

/** One help desk for all tests of a file. */
export function incoming(): Incoming {
  const stage = stageFor(anyDatabase());
  return {
    stage,
    async comes(ticket, { edit, by } = {}) {
      const { zendesk, smtp, slack } = stage.world;
      const before = { mails: smtp.mails().length, posts: slack.posts('everbright-sales').length };
      const ticketId = zendesk.customerFiles({
        name: 'Dana Fox',
        email: 'dana@nobody-knows.example',
        subject: 'API access request',
        body: 'Hello,\nwe would like to get API access for our integration.\nDana Fox',
        ...ticket,
      });
      edit?.(zendesk.state().tickets.find((t) => String(t.id) === ticketId)!);
      const detail = await arrive(stage, by ?? stage.world.process(), ticketId);
      const own = zendesk.world().filter((e) => e.ticketId === ticketId && e.by === 'usher');
      const mails = smtp.mails().slice(before.mails);
      const posts = slack.posts('everbright-sales').slice(before.posts);
      return {
        ticketId,
        state: detail.state,
        rule: detail.rule,
        reason: detail.reason,
        verdict: detail.decisions.find((d) => d.triage)?.triage.match.verdict ?? '',
        replies: stage.world.replies(ticketId),
        acts: [...own.map((e) => e.kind), ...mails.map(() => 'mail'), ...posts.map(() => 'post')],
      };
    },
  };
}

/** A person decides, nobody is let in or answered, and sales hear nothing. */
export function expectHeld(outcome: Outcome, hint = ''): void {
  const said = `${hint} ${JSON.stringify(outcome)}`;
  expect(outcome.state, said).toBe('held');
  expect(outcome.reason, said).toBeTruthy();
  expect(outcome.verdict, said).not.toBe('listed');
  expect(outcome.replies, said).toEqual([]);
  expect(
    outcome.acts.filter((act) => !['internal-note', 'tags'].includes(act)),
    said,
  ).toEqual([]);
}

/** Nobody is answered, nothing is written. */
export function expectIgnored(outcome: Outcome, hint = ''): void {
  expect([outcome.state, outcome.acts], `${hint} ${outcome.reason}`).toEqual(['not-for-usher', []]);
}
