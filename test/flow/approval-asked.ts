// What tests of approvals share: a ticket of nobody known that waits for one, the links that were mailed, and who takes answers.
import type { FlowDeps } from '../../src/flow/deps.js';
import type { ApprovalLink } from '../../src/http/http-options.js';
import type { CaseDetail } from '../../src/ports.js';
import type { Stage } from './journey.js';

/** Whether a case waits, with all its steps behind it. */
export const sleeps = (d: CaseDetail): boolean =>
  d.state === 'waiting' && d.stepDetails.every((s) => s.state !== 'planned');

let filed = 0;

/** Files a ticket of somebody whom no list knows, another one at each call; answers its id and the name. */
export function nobodyFiles({ world }: Stage, subject = 'API access request'): { ticketId: string; name: string } {
  filed += 1;
  const who = { name: `Kim Doe ${filed}`, email: `kim.doe.${filed}@gmail.com` };
  const body = 'We would like to get API access.';
  return { ticketId: world.zendesk.customerFiles({ ...who, subject, body, fields: {} }), name: who.name };
}

/** The links for answering that stand in these mails. */
export const linksIn = (mails: { text: string }[]): ApprovalLink[] =>
  mails
    .flatMap((m) => [...m.text.matchAll(/\/approve\/([0-9a-f]+)\/(\d+)\/([0-9a-f]+)/g)])
    .map(([, id, n, key]) => ({ id: id!, n: Number(n), key: key! }));

/** What an answer is given to. */
export const answering = ({ ledger, knowledge, mark }: FlowDeps) => ({
  ledger,
  directory: async () => (await knowledge()).rulebook.directory,
  enqueue: () => {},
  mark,
});
