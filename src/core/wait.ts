// Waits: what a rule waits for when its steps are done, how long, who is reminded meanwhile, and how a wait stands.

import { nameOfKey, standingOf } from './approval-items.js';
import { addSpan, type Hours, type Span } from './hours.js';
import type { EffectSpec } from './rulebook.js';

/** What is done when so much of a wait has passed and it still runs. */
export interface FollowUp {
  kind: 'remind' | 'escalate';
  after: Span;
  effects: EffectSpec[];
  /** Ask a person, for this reason. */
  hold: string | null;
}

/** The wait at the end of a rule. */
export interface WaitSpec {
  /** `ask`: for a message of the requester. `wait`: for an event where one is named, else for the time alone. `approve`: for one of the approvers. */
  kind: 'ask' | 'wait' | 'approve';
  /** How long at most, or the fact that names the moment. */
  time: Span | { fact: string };
  event: string | null;
  approval: ApprovalSpec | null;
  followUps: FollowUp[];
}

/** What a rule wants approved, and by whom. */
export interface ApprovalSpec {
  name: string;
  /** The fact of which each text is approved by itself; null: one approval. */
  each: string | null;
  /** Facts that it is about: it counts only while they stay as they were when it was asked for. */
  boundTo: string[];
  /** Roles of the directory. */
  roles: string[];
  /** The admins whom the organization's rows name. */
  listAdmins: boolean;
  /** The admins of whoever owns the organizations that the request names: `match.named.ownerAdmins`. */
  ownerAdmins: boolean;
  /** E-mail template; null: they are asked in the chat alone. */
  template: string | null;
  /** Ways in which each approver is asked, as far as they have them; absent: both. */
  via?: ApprovalWay[];
  /** Role of the channel that gets the card; absent: the programme's. */
  channel?: string;
}

/** `slack`: a direct message. */
export type ApprovalWay = 'email' | 'slack';

/** How an approval stands. */
export interface ApprovalState {
  state: 'open' | 'approved' | 'refused';
  /** Who answered; '' while nobody has. */
  by: string;
  /** When it was asked for, ISO. */
  at: string;
  /** What it is about (`aboutOf`); absent: nothing in particular. */
  about?: string;
}

/** A wait that begins when the steps before it are done; kept with the case, so that a changed rule changes nothing of it. */
export interface WaitPlan extends Omit<WaitSpec, 'time'> {
  rule: string;
  time: Span | { until: string };
  hours: Hours | null;
  /** What it waits for came before it could begin. */
  hasCome: boolean;
}

/** Why a wait no longer runs: its time is up, what it waited for came, or another rule acted. */
export type WaitEnd = 'time' | 'answer' | 'event' | 'approval' | 'replaced';

/** A wait that began. Times are ISO strings by the database's clock. */
export interface CaseWait {
  rule: string;
  kind: WaitSpec['kind'];
  event: string | null;
  /** Name of the approval it waits for. */
  approval: string | null;
  began: string;
  until: string;
  /** In the order in which they are due. */
  followUps: (Pick<FollowUp, 'kind' | 'effects' | 'hold'> & { at: string })[];
  /** How many of them were taken up by a decision. */
  taken: number;
  endedBy: WaitEnd | null;
}

/** How far a case has come in its episode, and over episodes (`stage`). */
export interface Progress {
  /** '' while no rule has set one. */
  stage: string;
  /** Rules whose wait has begun in this episode, in order: each fires once. */
  rules: string[];
  /** The latest wait of the episode. */
  wait: CaseWait | null;
  /** The event that woke the case now; '' otherwise. */
  event: string;
  /** The ticket was assigned by a step of this episode. */
  isAssigned: boolean;
  /** Approvals of this episode by key: the name, and the item where several are asked for. */
  approvals: Record<string, ApprovalState>;
  /** How many follow-ups of the running wait are due. */
  due: number;
}

export const noProgress: Progress = {
  stage: '',
  rules: [],
  wait: null,
  event: '',
  isAssigned: false,
  approvals: {},
  due: 0,
};

/** What comes about when all steps of a decision are done. */
export interface AfterSteps {
  wait?: WaitPlan;
  stage?: string;
}

/** Begins a planned wait. */
export function startWait(plan: WaitPlan, now: Date): CaseWait {
  const { rule, kind, event, approval, hours, time } = plan;
  const followUps = plan.followUps
    .map((f) => ({ kind: f.kind, effects: f.effects, hold: f.hold, at: addSpan(now, f.after, hours).toISOString() }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    rule,
    kind,
    event,
    approval: approval?.name ?? null,
    began: now.toISOString(),
    until: 'until' in time ? time.until : addSpan(now, time, hours).toISOString(),
    followUps,
    taken: 0,
    endedBy: plan.hasCome ? COMES[kind] : null,
  };
}

const COMES = { ask: 'answer', wait: 'event', approve: 'approval' } as const;

/** What has come since a case was last decided. */
export interface News {
  /** The requester wrote, and no machine for them. */
  isAnswered: boolean;
  events: string[];
  /** Names of approvals that were answered. */
  approvals: string[];
}

/** The wait as it stands at `now`; what it waited for counts also when it came late. */
function waitAt(wait: CaseWait | null, now: Date, news: News): CaseWait | null {
  if (!wait || wait.endedBy !== null) return wait;
  if (wait.kind === 'ask' && news.isAnswered) return { ...wait, endedBy: 'answer' };
  if (wait.event !== null && news.events.includes(wait.event)) return { ...wait, endedBy: 'event' };
  if (wait.approval !== null && news.approvals.includes(wait.approval)) return { ...wait, endedBy: 'approval' };
  return Date.parse(wait.until) <= now.getTime() ? { ...wait, endedBy: 'time' } : wait;
}

/** How far a case has come at `now`, which is the time of the clock that waits are kept by. */
export function progressAt(kept: Omit<Progress, 'event' | 'due'>, now: Date, news: Omit<News, 'approvals'>): Progress {
  const { stage, rules, isAssigned, approvals } = kept;
  const names = [...new Set(Object.keys(approvals).map(nameOfKey))];
  const answered = names.filter((name) => standingOf(approvals, name).state !== 'open');
  const wait = waitAt(kept.wait, now, { ...news, approvals: answered });
  const running = runningWait(wait);
  const due = running ? dueCount(running, now) : 0;
  return { stage, rules, wait, isAssigned, approvals, event: news.events.at(-1) ?? '', due };
}

/** The wait while it runs, else null. */
export function runningWait(wait: CaseWait | null): CaseWait | null {
  return wait?.endedBy === null ? wait : null;
}

/** How many follow-ups of a running wait are due by `now`. */
export function dueCount(wait: CaseWait, now: Date): number {
  return wait.followUps.filter((f) => Date.parse(f.at) <= now.getTime()).length;
}

/** When a running wait wants to be looked at next: at the first follow-up that nobody took up, or at its end. */
export function nextMoment(wait: CaseWait): Date {
  const next = wait.followUps[wait.taken];
  const until = Date.parse(wait.until);
  return new Date(next ? Math.min(Date.parse(next.at), until) : until);
}
