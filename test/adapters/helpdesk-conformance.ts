// What every help desk adapter must do, told as tests over a small description of the far side ("the desk").
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HelpdeskReader, HelpdeskWriter, Outcome, Sighting, TicketWrite } from '../../src/ports.js';

/** The far side as the suite drives it, and the adapter under test. */
export interface Desk {
  reader: HelpdeskReader;
  writer: HelpdeskWriter;
  /** A ticket by an end user of an organization with the domain `acme-solar.example`, with a text field and a drop-down set. */
  fileTicket(subject: string): string;
  requesterReplies(id: string, text: string): void;
  agentReplies(id: string, text: string, options: { public: boolean }): void;
  agentAssigns(id: string): void;
  deleteTicket(id: string): void;
  /** The next write through the API makes a trigger or automation of the desk change the ticket too, a second later. */
  automationFollowsNextWrite(): void;
  /** Another account that may write updates the ticket with the given mark in it. */
  strangerMarks(id: string, mark: string): Promise<void>;
  /** Public comments that the requester could read, oldest first. */
  publicComments(id: string): string[];
  /** Makes time pass at the far side and for the adapter. */
  passSeconds(seconds: number): void;
  /** ISO time at the far side. */
  now(): string;
  /** The next write is applied, but its answer is lost. */
  loseNextAnswer(): void;
  /** The next request is sent elsewhere (301), refused for its rate (429, 7 s) or answered with a login page. */
  breakNext(how: 'redirect' | 'rate' | 'login-page'): void;
  /** Polling pages repeat their rows from now on; the role loses the right to export where there is one. */
  repeatRows(): void;
  forbidExport(): void;
  text: { field: string; value: string };
  choice: { field: string; options: [string, string] };
  agent: string;
  close(): Promise<void>;
}

const reply = (text: string): TicketWrite => ({ comment: { public: true, text, html: `<p>${text}</p>` } });
const note = (text: string): TicketWrite => ({ comment: { public: false, text, html: `<p>${text}</p>` } });

/** Runs the suite over a fresh desk a test. */
export function helpdeskConformance(name: string, setup: () => Promise<Desk>): void {
  let desk: Desk;
  beforeEach(async () => {
    desk = await setup();
  });
  afterEach(() => desk.close());

  /** A ticket that has been quiet for a while, with the version that a conditional write needs. */
  async function quietTicket(subject = 'API access'): Promise<{ id: string; version: string }> {
    const id = desk.fileTicket(subject);
    desk.passSeconds(10);
    const ticket = await desk.reader.fetchTicket(id);
    return { id, version: ticket?.version ?? '' };
  }
  const update = (id: string, write: TicketWrite, mark: string, version: string): Promise<Outcome> =>
    desk.writer.update(id, write, { mark, version });

  describe(`${name}: fetching`, () => {
    it('gives the whole ticket in our shape', async () => {
      const id = desk.fileTicket('API access for our portal');
      desk.requesterReplies(id, 'Any news?');
      desk.agentReplies(id, 'Looking into it', { public: false });
      const ticket = await desk.reader.fetchTicket(id);
      expect(ticket).toMatchObject({
        id,
        helpdesk: desk.reader.name,
        subject: 'API access for our portal',
        assignee: null,
        requester: { email: 'ann@acme-solar.example', isOrgAdmin: null },
        organization: { domains: ['acme-solar.example'] },
        authentication: { dmarc: 'unknown' },
        fields: { [desk.text.field]: desk.text.value, [desk.choice.field]: desk.choice.options[0] },
      });
      expect(ticket?.messages.map((m) => [m.author, m.public])).toEqual([
        ['requester', true],
        ['requester', true],
        ['agent', false],
      ]);
      expect(ticket?.messages[1]?.body).toBe('Any news?');
      expect(ticket?.body).not.toBe('');
      expect(ticket?.version).not.toBe('');
      expect(ticket?.url).toContain(id);
    });

    it('gives null for a ticket that never was, was deleted, or cannot be one', async () => {
      const id = desk.fileTicket('Soon gone');
      desk.deleteTicket(id);
      expect(await desk.reader.fetchTicket(id)).toBeNull();
      expect(await desk.reader.fetchTicket('99999999')).toBeNull();
      expect(await desk.reader.fetchTicket('../users/me')).toBeNull();
    });

    it('gives all messages of a long conversation, oldest first', async () => {
      const id = desk.fileTicket('Long');
      for (let i = 0; i < 130; i += 1) desk.requesterReplies(id, `message ${i}`);
      const ticket = await desk.reader.fetchTicket(id);
      expect(ticket?.messages).toHaveLength(131);
      expect(ticket?.messages.at(-1)?.body).toBe('message 129');
    });

    it('throws a Problem for a login page instead of taking it for an answer', async () => {
      const id = desk.fileTicket('API access');
      desk.breakNext('login-page');
      await expect(desk.reader.fetchTicket(id)).rejects.toThrow('helpdesk-strange-answer');
    });
  });

  describe(`${name}: writing`, () => {
    it('does comment, fields, tags, assignee and status in one write and marks it', async () => {
      const { id, version } = await quietTicket();
      const write: TicketWrite = {
        ...reply('Welcome'),
        fields: { [desk.text.field]: 'Acme', [desk.choice.field]: desk.choice.options[1] },
        addTags: ['usher-done'],
        assignee: desk.agent,
        status: 'pending',
      };
      expect(await update(id, write, 'm-all', version)).toMatchObject({ kind: 'done', receipt: { ticketId: id } });
      const ticket = await desk.reader.fetchTicket(id);
      expect(ticket).toMatchObject({
        status: 'pending',
        assignee: desk.agent,
        fields: { [desk.text.field]: 'Acme', [desk.choice.field]: desk.choice.options[1] },
      });
      expect(ticket?.tags).toContain('usher-done');
      expect(ticket?.messages.at(-1)).toMatchObject({ author: 'bot', public: true });
      expect(desk.publicComments(id).filter((text) => text.includes('Welcome'))).toHaveLength(1);
      expect(await desk.reader.findMark(id, 'm-all', desk.now())).toMatchObject({ kind: 'found' });
    });

    it('keeps tags that stand and takes off those asked for', async () => {
      const { id, version } = await quietTicket();
      expect((await update(id, { addTags: ['one', 'two'] }, 'm-1', version)).kind).toBe('done');
      desk.passSeconds(10);
      const after = await desk.reader.fetchTicket(id);
      expect((await update(id, { removeTags: ['one'], addTags: ['three'] }, 'm-2', after?.version ?? '')).kind).toBe(
        'done',
      );
      const tags = (await desk.reader.fetchTicket(id))?.tags;
      expect(tags).toEqual(expect.arrayContaining(['two', 'three']));
      expect(tags).not.toContain('one');
    });

    it('changes a drop-down together with tags without losing either', async () => {
      const { id, version } = await quietTicket();
      const write = { fields: { [desk.choice.field]: desk.choice.options[1] }, addTags: ['extra'] };
      expect(await update(id, write, 'm-1', version)).not.toHaveProperty('warning');
      const ticket = await desk.reader.fetchTicket(id);
      expect(ticket?.fields[desk.choice.field]).toBe(desk.choice.options[1]);
      expect(ticket?.tags).toContain('extra');
    });

    it('keeps an internal note away from the requester', async () => {
      const { id, version } = await quietTicket();
      expect((await update(id, note('for agents only'), 'm-n', version)).kind).toBe('done');
      expect(desk.publicComments(id).join()).not.toContain('for agents only');
      expect((await desk.reader.fetchTicket(id))?.messages.at(-1)).toMatchObject({ author: 'bot', public: false });
    });

    it('conflicts when the ticket moved since the version, and leaves nothing', async () => {
      const { id, version } = await quietTicket();
      desk.agentReplies(id, 'I take this one', { public: true });
      expect((await update(id, reply('Welcome'), 'm-late', version)).kind).toBe('conflict');
      expect((await update(id, { addTags: ['late'] }, 'm-late', version)).kind).toBe('conflict');
      expect(desk.publicComments(id).join()).not.toContain('Welcome');
      expect((await desk.reader.fetchTicket(id))?.tags).not.toContain('late');
    });

    it('never doubles a reply whose answer was lost: a blind retry with the same version conflicts', async () => {
      const { id, version } = await quietTicket();
      desk.loseNextAnswer();
      expect((await update(id, reply('Only once'), 'm-lost', version)).kind).toBe('unknown');
      desk.passSeconds(5);
      expect((await update(id, reply('Only once'), 'm-lost', version)).kind).toBe('conflict');
      expect(desk.publicComments(id).filter((text) => text.includes('Only once'))).toHaveLength(1);
      expect((await desk.reader.findMark(id, 'm-lost', desk.now())).kind).toBe('found');
    });

    const wrong: [string, (d: Desk) => TicketWrite, string][] = [
      ['an unknown field', () => ({ fields: { Platfrom: 'x' } }), 'unknown-field'],
      ['an unknown option', (d) => ({ fields: { [d.choice.field]: 'No such option' } }), 'unknown-option'],
      ['a number for a text', (d) => ({ fields: { [d.text.field]: 7 } }), 'field-value'],
    ];
    it.each(wrong)('refuses %s before anything is sent', async (_, write, code) => {
      const { id, version } = await quietTicket();
      expect(await update(id, { ...reply('Half'), ...write(desk) }, 'm-w', version)).toMatchObject({
        kind: 'refused',
        code,
      });
      expect(desk.publicComments(id).join()).not.toContain('Half');
    });

    it('is refused for a deleted ticket', async () => {
      const { id, version } = await quietTicket();
      desk.deleteTicket(id);
      expect(await update(id, reply('Hello'), 'm-d', version)).toMatchObject({ kind: 'refused' });
    });

    it('calls the outcome unknown when it is sent elsewhere', async () => {
      const { id, version } = await quietTicket();
      desk.breakNext('redirect');
      expect((await update(id, reply('Hello'), 'm-r', version)).kind).toBe('unknown');
      expect(desk.publicComments(id).join()).not.toContain('Hello');
    });

    it('waits as long as it is told when asked to slow down', async () => {
      const { id, version } = await quietTicket();
      desk.breakNext('rate');
      expect(await update(id, reply('Hello'), 'm-s', version)).toMatchObject({ kind: 'not-sent', retryAfterMs: 7_000 });
      expect(desk.publicComments(id).join()).not.toContain('Hello');
    });

    it('takes a login page for unknown', async () => {
      const { id, version } = await quietTicket();
      desk.breakNext('login-page');
      expect((await update(id, reply('Hello'), 'm-p', version)).kind).toBe('unknown');
    });
  });

  describe(`${name}: looking back`, () => {
    it('finds a mark of our own only', async () => {
      const { id, version } = await quietTicket();
      const since = desk.now();
      await desk.strangerMarks(id, 'm-stolen');
      desk.requesterReplies(id, 'metadata usher m-typed');
      expect((await desk.reader.findMark(id, 'm-stolen', since)).kind).toBe('absent');
      expect((await desk.reader.findMark(id, 'm-typed', since)).kind).toBe('absent');
      expect(version).not.toBe('');
    });

    it('finds a mark under more than a page of later history', async () => {
      const { id, version } = await quietTicket();
      const since = desk.now();
      await update(id, note('early'), 'm-deep', version);
      for (let i = 0; i < 120; i += 1) desk.requesterReplies(id, `later ${i}`);
      expect((await desk.reader.findMark(id, 'm-deep', since)).kind).toBe('found');
    });

    it('cannot tell when the history cannot be read', async () => {
      const { id } = await quietTicket();
      await desk.reader.findMark(id, 'm', desk.now());
      desk.breakNext('login-page');
      expect((await desk.reader.findMark(id, 'm', desk.now())).kind).toBe('cannot-tell');
    });

    it('names who changed what since a moment, newest first', async () => {
      const { id, version } = await quietTicket();
      const since = desk.now();
      desk.passSeconds(10);
      desk.automationFollowsNextWrite();
      await update(id, note('working'), 'm-own', version);
      desk.passSeconds(10);
      desk.requesterReplies(id, 'More details');
      desk.passSeconds(10);
      desk.agentAssigns(id);
      desk.passSeconds(10);
      desk.agentReplies(id, 'Internal word', { public: false });
      const seen = await desk.reader.inspect(id, since);
      expect(seen?.changes.map((change) => [change.by, change.comment, change.mark])).toEqual([
        ['agent', 'internal', null],
        ['agent', null, null],
        ['requester', 'public', null],
        ['automation', null, null],
        ['usher', 'internal', 'm-own'],
      ]);
      expect(seen?.assignee).toBe(desk.agent);
      expect(seen?.version).toBe((await desk.reader.fetchTicket(id))?.version);
      expect((await desk.reader.inspect(id, desk.now()))?.changes).toEqual([]);
    });

    it('gives null for a ticket that is gone', async () => {
      const { id } = await quietTicket();
      desk.deleteTicket(id);
      expect(await desk.reader.inspect(id, desk.now())).toBeNull();
    });
  });

  describe(`${name}: polling`, () => {
    async function poll(cursor: string | null, since: Date): Promise<{ seen: Sighting[]; cursor: string }> {
      const seen: Sighting[] = [];
      let at = cursor;
      for (let round = 0; round < 50; round += 1) {
        const page = await desk.reader.changedSince(at, since);
        seen.push(...page.sightings);
        at = page.cursor;
        if (!page.more) return { seen, cursor: at };
      }
      throw new Error('polling does not end');
    }

    async function pollsAll(): Promise<void> {
      const since = new Date(desk.now());
      const first = [desk.fileTicket('one'), desk.fileTicket('two'), desk.fileTicket('three')];
      desk.passSeconds(120);
      const before = await poll(null, since);
      expect([...new Set(before.seen.map((s) => s.ticketId))].sort()).toEqual([...first].sort());
      const fourth = desk.fileTicket('four');
      desk.deleteTicket(first[0] ?? '');
      desk.passSeconds(120);
      const after = await poll(before.cursor, since);
      expect(after.seen.map((s) => s.ticketId)).toContain(fourth);
      const quiet = await poll(after.cursor, since);
      expect(quiet.seen.every((s) => after.seen.some((known) => known.updatedAt === s.updatedAt))).toBe(true);
    }

    it('sees every new ticket, and goes on from its cursor', pollsAll);

    it('sees every ticket when pages repeat their rows', async () => {
      desk.repeatRows();
      await pollsAll();
    });

    it('sees every ticket where the account may not export', async () => {
      desk.forbidExport();
      await pollsAll();
    });

    it('walks many pages and ends', async () => {
      desk.forbidExport();
      const since = new Date(desk.now());
      const all = new Set<string>();
      for (let i = 0; i < 230; i += 1) {
        all.add(desk.fileTicket(`ticket ${i}`));
        if (i % 40 === 0) desk.passSeconds(1);
      }
      desk.passSeconds(120);
      const { seen } = await poll(null, since);
      expect(new Set(seen.map((s) => s.ticketId))).toEqual(all);
    });
  });
}
