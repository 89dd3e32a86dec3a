// What is shown to those who may approve: who asks, the evidence, what would be done, and what their answer is bound to.
import { readFact } from './condition-test.js';
import type { CaseFacts, Decision, Json, RenderedEffect, Triage } from './decision.js';
import { stepLine } from './explain.js';
import type { Match } from './match-result.js';
import { holdReason, type RenderContext, renderMail } from './render.js';
import type { Directory } from './rulebook.js';
import { approvalScope, templateScope } from './template-scope.js';
import type { ApprovalSpec, ApprovalWay } from './wait.js';

export interface Approver {
  /** Role of the directory, or `list-admin-1` of the organization's rows. */
  role: string;
  name: string;
  address: string;
  slack: string | null;
}

export interface ApprovalDraft {
  name: string;
  approvers: Approver[];
  /** How they are asked; absent: as an earlier release did, by e-mail. */
  via?: ApprovalWay[];
  /** Role of the channel that gets the card; absent: the programme's. */
  channel?: string;
  /** For a person: who asks, and what is known of them. */
  asks: { requester: string; organization: string; reason: string; evidence: string[] };
  consequence: { rule: string | null; reason: string; effects: RenderedEffect[] };
  /** An answer counts while this stays the same: approvers, requester, message, evidence and what would be done. */
  basis: Json;
  /** One to each approver who is asked by e-mail. Their links are `linkTo`, to be replaced. */
  mails: Extract<RenderedEffect, { type: 'email' }>[];
}

/** Stands for the link of one approver until the case and its keys are known. */
export const linkTo = (name: string, index: number): string => `https://approval.invalid/${name}/${index}`;

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

/** The draft, or why a person is asked instead. `approved` is what would be decided once it is approved. */
export function draftApproval(
  spec: ApprovalSpec,
  { decision, approved, context }: { decision: Decision; approved: Triage; context: RenderContext },
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
  const { rule, reason } = approved.decision;
  const draft = {
    name: spec.name,
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
    basis: basisOf(approvers, approved, context),
  };
  const scope = templateScope({ ...context, decision });
  const consequence = approved.effects.map(stepLine);
  if (template === null) return { draft: { ...draft, mails: [] } };
  try {
    const mails = approvers.map((approver, n) => {
      const more = approvalScope({ link: linkTo(spec.name, n), name: spec.name, consequence });
      return renderMail(approver, template, { context, scope, more });
    });
    return { draft: { ...draft, mails } };
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

/** The case as it would be once `name` is approved in the wait of `rule`. */
export function asApproved(
  caseFacts: CaseFacts,
  { programme, rule, stage }: Decision,
  name: string,
  now: string,
): CaseFacts {
  const { progress } = caseFacts;
  const at = progress.approvals[name]?.at ?? now;
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
      approvals: { ...progress.approvals, [name]: { state: 'approved', by: 'the approver', at } },
      due: 0,
    },
  };
}

/** All steps of a decision, the mails that ask for an approval last; while they are waited for they are sent already. */
export function allEffects({ effects, approval, decision }: Triage): RenderedEffect[] {
  return [...effects, ...(decision.isWaiting ? [] : (approval?.mails ?? []))];
}
