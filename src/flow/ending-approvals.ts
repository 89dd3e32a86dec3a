// Tells a programme's owner by mail which approvals end soon: each once, whatever process dies, several in one mail.
import { dayIn, endingSoon } from '../core/approval-dates.js';
import { endingLine, endingMail } from '../core/ending-mail.js';
import { nameKey } from '../core/match/normalize.js';
import type { Directory, Programme } from '../core/rulebook.js';
import type { EndingApproval, EndingApprovals, EndingMail } from '../ledger/ending-approvals.js';
import type { Mail, OutgoingMail } from '../ports.js';
import type { FlowDeps, Knowledge } from './deps.js';

export interface EndingDeps extends Pick<FlowDeps, 'knowledge' | 'clock' | 'log' | 'mark' | 'digest'> {
  ledger: Pick<FlowDeps['ledger'], 'pauses' | 'breaker'>;
  endings: EndingApprovals;
  mail: Mail;
}

/** A mail is repeated once at most, marked. */
const SENDS_MOST = 2;
const AGAIN_MS = 60_000;

/** Plans what has come near its end and sends what is due. Call it from one process at a time; two do no harm. */
export async function tellOwners(deps: EndingDeps): Promise<void> {
  const knowledge = await deps.knowledge();
  const owners = new Map(
    knowledge.rulebook.programmes.flatMap((programme) => {
      const owner = ownerOf(programme, knowledge.rulebook.directory);
      return owner ? [[programme.name, { programme, owner }] as const] : [];
    }),
  );
  for (const { programme } of owners.values()) await deps.endings.plan(endingOf(deps, programme, knowledge));
  const pauses = await deps.ledger.pauses();
  if ((await deps.ledger.breaker()) !== null) return;
  for (const due of await deps.endings.open()) {
    const told = owners.get(due.programme);
    const isPaused = pauses.some((p) => p.programme === null || p.programme === due.programme);
    if (told && !isPaused) await carryOut(deps, due, { title: told.programme.title, to: told.owner });
  }
}

function ownerOf({ owner }: Programme, { people }: Directory): OutgoingMail['to'] | null {
  const person = owner !== undefined && Object.hasOwn(people, owner) ? people[owner] : undefined;
  return person?.email ? { name: person.name, address: person.email } : null;
}

/** A list that cannot be relied on says nothing; what it says once it can is told then. */
function endingOf(deps: EndingDeps, programme: Programme, { lists }: Knowledge): EndingApproval[] {
  return programme.lists.flatMap((mapping): EndingApproval[] => {
    const list = lists.find((l) => l.name === mapping.name);
    const dates = mapping.approvalDates;
    if (!dates || dates.announceDays === 0 || !list?.snapshot || list.problem !== null) return [];
    const today = dayIn(deps.clock.now(), dates.zone);
    return endingSoon(list.snapshot.listings, today, dates.announceDays).map((listing) => {
      const part = nameKey(listing.name).parts[0];
      // By the name and not by the row, which moves; kept for good, so without the name itself.
      const who = deps.digest(part ? `${part.key}|${part.form ?? ''}` : listing.name).slice(0, 16);
      return {
        key: `${programme.name}:${mapping.name}:${who}:${listing.approval?.until}`,
        programme: programme.name,
        line: endingLine(listing, mapping.title),
      };
    });
  });
}

async function carryOut(
  { endings, mail, mark, log }: EndingDeps,
  due: EndingMail,
  { title, to }: { title: string; to: OutgoingMail['to'] },
): Promise<void> {
  const lines = await endings.claim(due);
  if (lines.length === 0) return;
  // Nobody can look into a mailbox: after one marked repetition it stays unknown.
  if (due.sends >= SENDS_MOST)
    return endings.settle(due.batch, {
      state: 'unsure',
      reason: 'The mail server never said whether it took the mail',
    });
  const content = { ...endingMail(title, lines, due.sends > 0), mark: mark(`ending:${due.batch}`), references: [] };
  // The claim is committed: whatever dies from here on, the mail counts as perhaps sent.
  const outcome = await mail.send({ to, ...content }, async () => {});
  if (outcome.kind === 'done')
    return endings.settle(due.batch, { state: 'done', reason: null, receipt: outcome.receipt });
  if (outcome.kind === 'refused') {
    log.error({ code: outcome.code }, 'the mail about approvals that end soon was refused');
    return endings.settle(due.batch, { state: 'refused', reason: outcome.reason });
  }
  if (outcome.kind === 'not-sent')
    return endings.settle(due.batch, { state: 'planned', reason: null, waitMs: outcome.retryAfterMs ?? AGAIN_MS });
  // Unknown: it stays claimed, and is repeated in two minutes.
}
