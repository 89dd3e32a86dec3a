// Approvals in the flow: what is asked for is bound to what was shown, and an answer counts only while that is still the same.
import { type ApprovalDraft, linkTo } from '../core/approval-draft.js';
import { holdFor } from '../core/decide.js';
import type { CaseFacts, RenderedEffect, Triage } from '../core/decision.js';
import { type ApprovalState, progressAt } from '../core/wait.js';
import type { CaseRecord, DecisionCommit, NewApproval } from '../ledger.js';
import type { FlowDeps } from './deps.js';

/** What changes more often than that is no longer shown anew: nobody is flooded, and the wait ends with its time. */
const ASKED_MOST = 5;

/** Approvals of the episode as facts, the newest of a name. */
export function approvalsOf(record: CaseRecord): Record<string, ApprovalState> {
  return Object.fromEntries(record.approvals.map(({ name, state, by, at }) => [name, { state, by, at }]));
}

/** Name of the approval that the case waits for, or is about to. */
function awaited(record: CaseRecord): string | null {
  if (record.wait?.endedBy === null && record.wait.approval !== null) return record.wait.approval;
  return record.afterSteps?.wait?.approval?.name ?? null;
}

/**
 * Name of the approval whose steps are being done while something may have come that whoever gave it did not see. What our own
 * steps lead to is no such thing.
 */
function doubted({ wait, episode }: CaseRecord, facts: CaseFacts): string | null {
  const isBeingDone = wait?.endedBy === 'approval' && facts.episode === episode;
  return isBeingDone && ['reply', 'list', 'person'].includes(facts.trigger) ? wait.approval : null;
}

export interface Answered {
  result: Triage;
  facts: CaseFacts;
  /** Approvals whose answer no longer counts. */
  withdrawn: string[];
}

/**
 * Decides, once an approval was given: first as if it were still open. When what would be shown now is not what was approved, the
 * answer does not count, and what is shown anew is another approval. That holds until its steps are done.
 */
export function decideAnswered(
  deps: FlowDeps,
  record: CaseRecord,
  facts: CaseFacts,
  triage: (facts: CaseFacts) => Triage,
): Answered {
  const decide = (known: CaseFacts) => unlessHomeless(deps, triage(known));
  const name = awaited(record) ?? doubted(record, facts);
  const given = record.approvals.findLast((a) => a.name === name);
  if (given?.state !== 'approved') return { result: decide(facts), facts, withdrawn: [] };
  const { progress } = facts;
  const open = { ...progress.approvals, [given.name]: { state: 'open' as const, by: '', at: given.at } };
  const wait = record.wait?.approval === name ? { ...record.wait, endedBy: null } : record.wait;
  const kept = { ...progress, wait, approvals: open };
  const news = { isAnswered: false, events: [] };
  const asOpen = { ...facts, progress: progressAt(kept, new Date(record.readAt), news) };
  const result = decide(asOpen);
  if (result.approval && approvalId(deps, record, facts, result.approval) === given.id)
    return { result: decide(facts), facts, withdrawn: [] };
  return { result, facts: asOpen, withdrawn: [given.id] };
}

/** Who is asked to approve must be able to open the page. */
function unlessHomeless(deps: FlowDeps, result: Triage): Triage {
  if (!result.approval || deps.mode !== 'live' || deps.approveUrl('') !== null) return result;
  const reason = 'Nobody can be asked to approve: PUBLIC_URL does not say where the page is';
  const { trace, programme, rule } = result.decision;
  return { ...result, decision: { ...holdFor(reason, trace), programme, rule }, effects: [] };
}

/** The same content of the same episode is the same approval: the keyed hash of it is its name everywhere. */
function approvalId(deps: FlowDeps, record: CaseRecord, { episode }: CaseFacts, draft: ApprovalDraft): string {
  const basis = deps.digest(JSON.stringify(draft.basis));
  return deps.mark(`approval\n${record.id}\n${episode}\n${draft.name}\n${basis}`);
}

export interface Asking extends Pick<DecisionCommit, 'approval' | 'withdrawn'> {
  /** Mails to those who may approve and were not asked yet. */
  mails: RenderedEffect[];
}

/** What a commit says of approvals: asked for the first time, anew because something changed, or no longer. */
export function askingOf(
  deps: FlowDeps,
  record: CaseRecord,
  { result, facts, withdrawn }: Answered,
  isAnnounced: boolean,
): Asking {
  const isReal = deps.mode === 'live' && result.decision.kind === 'act' && !isAnnounced;
  const draft = isReal ? result.approval : undefined;
  const before = record.approvals.filter((a) => a.state === 'open').map((a) => a.id);
  // A person's turn takes nothing back: what is shown is compared again when the case goes on.
  if (result.decision.kind === 'hold') return { approval: null, withdrawn, mails: [] };
  if (!draft) return { approval: null, withdrawn: [...withdrawn, ...before], mails: [] };
  const id = approvalId(deps, record, facts, draft);
  const old = [...withdrawn, ...before].filter((known) => known !== id);
  const { name, approvers, asks, consequence } = draft;
  const approval: NewApproval = { id, name, contents: { approvers, asks, consequence } };
  const mails = draft.mails.map((mail, n) => addressed(deps, mail, { id, name, n }));
  const asked = new Set(
    record.writes.flatMap((w) => w.steps.map((s) => s.effect.followUp)).filter((f) => f?.startsWith(`${name}#`)),
  );
  if (asked.size >= ASKED_MOST && !asked.has(mails[0]?.followUp)) return { approval: null, withdrawn: old, mails: [] };
  return { approval, withdrawn: old, mails };
}

/** The mail with its own link; its slot is that of this very approval. */
function addressed(
  deps: FlowDeps,
  mail: ApprovalDraft['mails'][number],
  { id, name, n }: { id: string; name: string; n: number },
): RenderedEffect {
  const link = deps.approveUrl(approvalPath(deps.mark, id, n)) ?? '';
  const linked = (text: string) => text.replaceAll(linkTo(name, n), link);
  return { ...mail, text: linked(mail.text), html: linked(mail.html), followUp: `${name}#${id.slice(0, 8)}` };
}

/** `ID/N/KEY`: the key proves that the link was sent to the nth approver. */
export function approvalPath(mark: FlowDeps['mark'], id: string, n: number): string {
  return `${id}/${n}/${mark(`approver\n${id}\n${n}`)}`;
}
