// Approvals in the flow: what is asked for is bound to what was shown, and an answer counts only while that is still the same.
import { type ApprovalDraft, type ApprovalMail, linkTo } from '../core/approval-draft.js';
import { approvalKeys, nameOfKey, standingOf } from '../core/approval-items.js';
import { holdFor } from '../core/decide.js';
import type { CaseFacts, RenderedEffect, Triage } from '../core/decision.js';
import { type ApprovalState, type CaseWait, progressAt, startWait } from '../core/wait.js';
import type { ApprovalRecord, CaseRecord, DecisionCommit } from '../ledger.js';
import type { FlowDeps } from './deps.js';
import { ANSWERED } from './perform.js';

/** What changes more often than that is no longer shown anew: nobody is flooded, and the wait ends with its time. */
const ASKED_MOST = 5;

/** Approvals of the episode as facts, the newest of a key. */
export function approvalsOf(record: CaseRecord): Record<string, ApprovalState> {
  return Object.fromEntries(record.approvals.map(({ id: _, name, ...standing }) => [name, standing]));
}

/** The newest approval of each key. */
export function latestApprovals({ approvals }: CaseRecord): ApprovalRecord[] {
  return [...new Map(approvals.map((a) => [a.name, a])).values()];
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
function doubted({ wait, episode, triggers }: CaseRecord, facts: CaseFacts): string | null {
  const isBeingDone = wait?.endedBy === 'approval' && facts.episode === episode;
  // A ticket that changed is no reason of its own to decide, so the facts do not name it.
  const isChanged = triggers.some((t) => t.kind === 'changed' && !t.key.startsWith(ANSWERED));
  const hasNews = isChanged || ['reply', 'list', 'person'].includes(facts.trigger);
  return isBeingDone && hasNews ? wait.approval : null;
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
  const asked = latestApprovals(record).filter((a) => nameOfKey(a.name) === name);
  const given = asked.filter((a) => a.state === 'approved');
  if (given.length === 0) return { result: decide(facts), facts, withdrawn: [] };
  const { progress } = facts;
  const open = asked.map(({ id: _, name: key, ...standing }) => [key, { ...standing, state: 'open', by: '' }] as const);
  const wait = record.wait?.approval === name ? { ...record.wait, endedBy: null } : record.wait;
  const kept = { ...progress, wait, approvals: { ...progress.approvals, ...Object.fromEntries(open) } };
  const news = { isAnswered: false, events: [] };
  const openAt = (ms: number) => ({ ...facts, progress: progressAt(kept, new Date(ms), news) });
  const now = Date.parse(record.readAt);
  // It was answered in time: that it is looked at later takes nothing back.
  const inTime = wait ? Math.min(now, Date.parse(wait.until) - 1) : now;
  const asShown = openAt(inTime);
  const result = decide(asShown);
  const ids = askedNow(deps, record, { result, facts });
  if (given.every(({ id }) => ids.includes(id))) {
    const begun = asBegun(record, facts, name);
    return { result: decide(begun), facts: begun, withdrawn: [] };
  }
  const withdrawn = asked.filter((a) => a.state !== 'open').map((a) => a.id);
  if (inTime === now) return { result, facts: asShown, withdrawn };
  const asOpen = openAt(now);
  return { result: decide(asOpen), facts: asOpen, withdrawn };
}

/** Approved before the wait for it could begin, as a card may be answered sooner than a mail is out: it began, and ended, with the answer. */
function asBegun({ afterSteps, readAt }: CaseRecord, facts: CaseFacts, name: string | null): CaseFacts {
  const plan = afterSteps?.wait;
  if (!plan || plan.approval?.name !== name || standingOf(facts.progress.approvals, name).state === 'open')
    return facts;
  const wait: CaseWait = { ...startWait(plan, new Date(readAt)), endedBy: 'approval' };
  return { ...facts, progress: { ...facts.progress, wait, rules: [...facts.progress.rules, plan.rule], due: 0 } };
}

/** Ids of what a decision wants approved. */
export function askedNow(
  deps: FlowDeps,
  record: CaseRecord,
  { result: { approval: draft }, facts }: Pick<Answered, 'result' | 'facts'>,
): string[] {
  return draft ? approvalKeys(draft).map((key) => approvalId(deps, record, facts, { key, draft })) : [];
}

/** Who is asked to approve must be able to open the page, or be reached in the chat. */
function unlessHomeless(deps: FlowDeps, result: Triage): Triage {
  if (!result.approval || deps.mode !== 'live') return result;
  const { mails, reminders = [] } = result.approval;
  const byMail = mails.length + reminders.length > 0;
  if (byMail ? deps.approveUrl('') !== null : deps.hands?.chat) return result;
  const reason = byMail
    ? 'Nobody can be asked to approve: PUBLIC_URL does not say where the page is'
    : 'Nobody can be asked to approve: they are asked in Slack alone, and Slack is not set up';
  const { trace, programme, rule } = result.decision;
  return { ...result, decision: { ...holdFor(reason, trace), programme, rule }, effects: [] };
}

/** The same content of the same episode is the same approval: the keyed hash of it is its name everywhere. */
function approvalId(
  deps: FlowDeps,
  record: CaseRecord,
  { episode }: CaseFacts,
  { key, draft }: { key: string; draft: ApprovalDraft },
): string {
  const basis = deps.digest(JSON.stringify(draft.basis));
  return deps.mark(`approval\n${record.id}\n${episode}\n${key}\n${basis}`);
}

export interface Asking extends Pick<DecisionCommit, 'approvals' | 'withdrawn'> {
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
  if (result.decision.kind === 'hold') return { approvals: [], withdrawn, mails: [] };
  if (!draft) return { approvals: [], withdrawn: [...withdrawn, ...before], mails: [] };
  const ids = askedNow(deps, record, { result, facts });
  const old = [...withdrawn, ...before].filter((known) => !ids.includes(known));
  const { name, approvers, mails: _mails, reminders: _reminders, basis: _basis, about, ...shown } = draft;
  const contents = { ...shown, approvers, ...(about ? { about } : {}) };
  const approvals = approvalKeys(draft).map((key, n) => ({ id: ids[n]!, name: key, contents }));
  const link = (mail: ApprovalMail) => linked(deps, mail, { ids, name, approvers: approvers.length });
  // Asked anew, they are asked by a mail of its own.
  const slot = `${name}#${(ids.length === 1 ? ids[0]! : deps.digest(ids.join('\n'))).slice(0, 8)}`;
  const mails = draft.mails.map((mail) => ({ ...link(mail), followUp: slot }));
  const asked = new Set(
    record.writes.flatMap((w) => w.steps.map((s) => s.effect.followUp)).filter((f) => f?.startsWith(`${name}#`)),
  );
  if (asked.size >= ASKED_MOST && !asked.has(slot)) return { approvals: [], withdrawn: old, mails: [] };
  const reminders = (draft.reminders ?? []).map(link);
  return { approvals, withdrawn: old, mails: [...mails, ...reminders] };
}

/** The mail with the links of its approver to what it asks. */
function linked(
  deps: FlowDeps,
  mail: ApprovalMail,
  { ids, name, approvers }: { ids: string[]; name: string; approvers: number },
): ApprovalMail {
  const links = Array.from({ length: approvers }, (_, n) =>
    ids.map((id, i) => ({ id, n, at: linkTo(name, n, i) })),
  ).flat();
  const withLinks = (text: string) =>
    links.reduce(
      (so, { id, n, at }) =>
        so.includes(at) ? so.replaceAll(at, deps.approveUrl(approvalPath(deps.mark, id, n)) ?? '') : so,
      text,
    );
  return { ...mail, text: withLinks(mail.text), html: withLinks(mail.html) };
}

/** `ID/N/KEY`: the key proves that the link was sent to the nth approver. */
export function approvalPath(mark: FlowDeps['mark'], id: string, n: number): string {
  return `${id}/${n}/${mark(`approver\n${id}\n${n}`)}`;
}
