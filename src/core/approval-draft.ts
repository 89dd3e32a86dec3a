// What is shown to those who may approve: who asks, the evidence, what would be done, and what their answer is bound to.
import { aboutOf, approvalKeys, isToApprovers, nameOfKey } from './approval-items.js';
import { readFact } from './condition-test.js';
import type { CaseFacts, Decision, Facts, Json, RenderedEffect, Triage } from './decision.js';
import { stepLine } from './explain.js';
import type { Match } from './match-result.js';
import { holdReason, type RenderContext, renderMail } from './render.js';
import type { Directory } from './rulebook.js';
import { approvalScope, templateScope } from './template-scope.js';
import type { ApprovalSpec, ApprovalState, ApprovalWay } from './wait.js';

export interface Approver {
  /** Role of the directory, or `list-admin-1` of the organization's rows. */
  role: string;
  name: string;
  address: string;
  slack: string | null;
}

export interface ApprovalDraft {
  name: string;
  /** What is approved one by one; absent where it is one thing. */
  items?: string[];
  approvers: Approver[];
  /** How they are asked; absent: as an earlier release did, by e-mail. */
  via?: ApprovalWay[];
  /** Role of the channel that gets the card; absent: the programme's. */
  channel?: string;
  /** For a person: who asks, and what is known of them. */
  asks: { requester: string; organization: string; reason: string; evidence: string[] };
  consequence: { rule: string | null; reason: string; effects: RenderedEffect[] };
  /** What was given counts for nothing else later (`aboutOf`); absent where the rule names nothing. */
  about?: string;
  /** An answer counts while this stays the same: approvers, requester, message, evidence and what would be done. */
  basis: Json;
  /** One to each approver who is asked by e-mail. Their links are `linkTo`, to be replaced. */
  mails: ApprovalMail[];
  /** Reminders that are due, of what is still open, to all who are asked by e-mail; absent when none is. */
  reminders?: ApprovalMail[];
}

export type ApprovalMail = Extract<RenderedEffect, { type: 'email' }>;

/** One mail asks a person for all items: more of them are no mail that somebody reads. */
const ITEMS_MOST = 20;

/** Stands for the link of the nth approver to one item until the case and its keys are known; none begins like another. */
export const linkTo = (name: string, n: number, item = 0): string =>
  `https://approval.invalid/${name}/${n}/${String(item).padStart(2, '0')}`;

/** Who may approve now: nobody approves their own request. */
export function approversOf(
  spec: ApprovalSpec,
  match: Match,
  { directory, requester, ownerAdmins }: { directory: Directory; requester: string; ownerAdmins: string[] },
): Approver[] {
  const people = spec.roles.flatMap((role) => {
    const person = Object.hasOwn(directory.people, role) ? directory.people[role]! : null;
    return person?.email ? [{ role, name: person.name, address: person.email, slack: person.slack }] : [];
  });
  const listed = spec.listAdmins ? match.listings.flatMap((l) => l.admins) : [];
  const addresses = [...new Set([...listed, ...(spec.ownerAdmins ? ownerAdmins : [])])].sort();
  const admins = addresses.map((address, n) => ({ role: `list-admin-${n + 1}`, name: address, address, slack: null }));
  const own = requester.toLowerCase();
  const others = [...people, ...admins].filter((a) => a.address.toLowerCase() !== own);
  return others.filter((a, n) => others.findIndex((b) => b.address.toLowerCase() === a.address.toLowerCase()) === n);
}

/** What is to be approved one by one: [] where the rule asks for one approval, null where it is not known. */
export function itemsOf({ each }: ApprovalSpec, facts: Facts): string[] | null {
  if (each === null) return [];
  const items = [readFact(facts, each)].flat().filter((item) => item !== null && item !== undefined && item !== '');
  return items.length > 0 ? [...new Set(items.map(String))] : null;
}

export interface Drafting {
  decision: Decision;
  /** What would be decided once it is approved. */
  approved: Triage;
  context: RenderContext;
  items: string[];
  /** How the case's approvals stand. */
  standing: Record<string, ApprovalState>;
}

/** The draft, or why a person is asked instead. */
export function draftApproval(
  spec: ApprovalSpec,
  { decision, approved, context, items, standing }: Drafting,
): { draft: ApprovalDraft } | { hold: string } {
  const { facts, match, directory } = context;
  const owners = readFact(facts, 'match.named.ownerAdmins');
  const { template, via = ['email', 'slack'], channel } = spec;
  const approvers = approversOf(spec, match, {
    directory,
    requester: String(facts.requester.email ?? ''),
    ownerAdmins: Array.isArray(owners) ? owners.map(String) : [],
  }).filter((a) => via.includes('email') || a.slack !== null);
  if (approvers.length === 0) return { hold: `Nobody can approve "${spec.name}": no address of an approver is known` };
  if (items.length > ITEMS_MOST)
    return {
      hold: `"${spec.name}" is to be approved for ${items.length} items, and ${ITEMS_MOST} are the most: split the request`,
    };
  const { rule, reason } = approved.decision;
  const about = aboutOf(spec, facts);
  const draft = {
    name: spec.name,
    ...(items.length > 0 ? { items } : {}),
    approvers,
    via,
    ...(channel === undefined ? {} : { channel }),
    asks: {
      requester: [facts.requester.name, facts.requester.email].filter(Boolean).join(', '),
      organization: match.name ?? '',
      reason: match.reason,
      evidence: match.evidence.map((e) => e.says),
    },
    consequence: { rule, reason, effects: approved.effects },
    ...(about === undefined ? {} : { about }),
    basis: basisOf(approvers, approved, context),
  };
  const scope = templateScope({ ...context, decision });
  const consequence = approved.effects.map(stepLine);
  const links = (n: number) =>
    approvalKeys(draft).map((key, i) => ({ key, name: items[i] ?? key, link: linkTo(spec.name, n, i) }));
  const write = (template: string, isWanted: (key: string) => boolean): ApprovalMail[] =>
    approvers.map((approver, n) => {
      const open = links(n).filter(({ key }) => isWanted(key));
      return renderMail(approver, template, {
        context,
        scope,
        more: approvalScope({ name: spec.name, items: open, consequence }),
      });
    });
  try {
    const mails = template === null ? [] : write(template, () => true);
    const reminders = decision.effects.flatMap((effect) =>
      effect.type === 'email' && isToApprovers(effect)
        ? write(effect.template, (key) => (standing[key]?.state ?? 'open') === 'open').map((mail) => ({
            ...mail,
            followUp: effect.followUp,
          }))
        : [],
    );
    return { draft: { ...draft, mails, ...(reminders.length > 0 ? { reminders } : {}) } };
  } catch (error) {
    const hold = holdReason(error);
    if (hold === null) throw error;
    return { hold };
  }
}

/** Neither times nor what our own steps change on the ticket are part of it. */
function basisOf(approvers: Approver[], approved: Triage, { facts }: RenderContext): Json {
  const { kind, rule } = approved.decision;
  return {
    approvers: approvers.map((a) => a.address),
    requester: facts.requester,
    organization: facts.organization,
    message: [facts.message.id ?? null, facts.ticket.subject ?? null],
    match: facts.match,
    lists: facts.lists,
    consequence: JSON.stringify([kind, rule, approved.effects]),
  };
}

/** When the approval was first asked for; null: not yet. */
export function askedAt(approvals: Record<string, ApprovalState>, name: string): string | null {
  const own = Object.entries(approvals).filter(([key]) => nameOfKey(key) === name);
  return own.map(([, { at }]) => at).sort()[0] ?? null;
}

/** The case as it would be once `name` is approved, with all its items, in the wait of `rule`. */
export function asApproved(
  caseFacts: CaseFacts,
  { programme, rule, stage }: Decision,
  { name, items, now }: { name: string; items: string[]; now: string },
): CaseFacts {
  const { progress } = caseFacts;
  const at = askedAt(progress.approvals, name) ?? now;
  const others = Object.entries(progress.approvals).filter(([key]) => nameOfKey(key) !== name);
  const given = approvalKeys({ name, items }).map(
    (key) => [key, { state: 'approved', by: 'the approver', at }] as const,
  );
  const rules = rule === null || progress.rules.includes(rule) ? progress.rules : [...progress.rules, rule];
  const ended = {
    kind: 'approve',
    event: null,
    approval: name,
    began: at,
    until: at,
    followUps: [],
    taken: 0,
  } as const;
  return {
    ...caseFacts,
    previousProgramme: programme,
    trigger: 'approval',
    graceElapsed: true,
    progress: {
      ...progress,
      stage: stage ?? progress.stage,
      rules,
      wait: { ...ended, followUps: [], rule: rule ?? '', endedBy: 'approval' },
      approvals: Object.fromEntries([...others, ...given]),
      due: 0,
    },
  };
}

/** All steps of a decision, the mails to those who may approve last: they are asked, and while they are waited for reminded. */
export function allEffects({ effects, approval, decision }: Triage): RenderedEffect[] {
  return [...effects, ...((decision.isWaiting ? approval?.reminders : approval?.mails) ?? [])];
}
