// What tests of the samples share: Usher's part on a sample ticket is played by hand, and the kept world is read from the disk.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { sampleSellers } from '../../src/sandbox/sample-lists.js';
import { fieldIds, slackChannels } from '../../src/sandbox/sample-people.js';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { type SandboxWorld, worldPath } from '../../src/sandbox/world-file.js';
import { clientOf } from './zendesk-client.js';

/** Samples that somebody reacts to, with their place among all. */
export const reacting = sampleTickets.flatMap((sample, place) =>
  sample.reaction ? [{ key: sample.key, sample, reaction: sample.reaction, place }] : [],
);

export async function worldOnDisk(dataDir: string): Promise<SandboxWorld> {
  return JSON.parse(await readFile(worldPath(dataDir), 'utf8')) as SandboxWorld;
}

/** Processes that read lists start slowly on a busy machine. */
export const PATIENCE = { timeout: 60_000, interval: 20 };

/** Does something, and resolves when the sellers list is another file than before. */
export async function untilListChanges(dataDir: string, work: () => Promise<void>): Promise<void> {
  const read = () => readFile(join(dataDir, 'lists', sampleSellers.file));
  const before = await read();
  await work();
  await vi.waitFor(async () => {
    if ((await read()).equals(before)) throw new Error('the list is as it was');
  }, PATIENCE);
}

/** As Usher does it: an answer, and the status that goes with it. */
export async function answerAs(
  status: 'solved' | 'pending',
  ticketId: string,
  { zendesk }: Pick<Sandbox, 'zendesk'>,
): Promise<void> {
  const ticket = {
    status,
    comment: { body: 'We have looked into this.', public: true },
    custom_fields: [{ id: fieldIds.Resolution, value: 'resolution_declined' }],
  };
  const reply = await clientOf(zendesk)('PUT', `/tickets/${ticketId}`, { ticket });
  if (reply.status !== 200) throw new Error(reply.text);
}

/** What the requester wrote on a ticket, the ticket's own text first. */
export function written({ zendesk }: Pick<Sandbox, 'zendesk'>, ticketId: string): string[] {
  const ticket = zendesk.ticket(ticketId);
  return ticket.comments.filter((c) => c.author_id === ticket.requester_id).map((c) => c.body);
}

/** As Usher tells sales. */
export async function postAbout(ticketId: string, what: string, sandbox: Pick<Sandbox, 'settings'>): Promise<void> {
  const { SLACK_API_URL, SLACK_BOT_TOKEN } = sandbox.settings();
  await fetch(`${SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: slackChannels.sales.id, text: `${what}: ticket ${ticketId}` }),
  });
}
