// What the HTTP side needs of the rest of Usher, and what the sandbox shows through it.
import type { IncomingHttpHeaders } from 'node:http';
import type { ShadowReport } from '../core/shadow-report.js';
import type { ShownApproval } from '../ports/approvals.js';
import type { Sending } from '../ports/sending.js';
import type { CaseViews, ListStatus, Log } from '../ports.js';
import type { Problem } from '../problem.js';

/** A webhook as it came: headers with lower-case names, the body's exact bytes. */
export interface WebhookDelivery {
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
}

/** Checks and stores one delivery and says what to answer. Throwing means "not stored": answered 503, so that it is delivered again. */
export type WebhookDoor = (delivery: WebhookDelivery) => Promise<{ status: number; body?: string }>;

/** An event as it came; `query` is what stands behind the question mark. */
export interface EventDelivery extends WebhookDelivery {
  source: string;
  method: 'POST' | 'GET';
  query: string;
}

/** Checks and keeps one event; as for webhooks, throwing means "not kept". */
export type EventDoor = (delivery: EventDelivery) => Promise<{ status: number; body?: object }>;

/** What became of webhooks since the start, for metrics. `refused` by reason: a signature that is `wrong`, `stale`, … */
export interface WebhookCounts {
  taken: number;
  /** Deliveries that were known already: they changed nothing. */
  repeated: number;
  refused: Record<string, number>;
  /** Told to come again, because there were too many. */
  limited: number;
}

/** What a person does with a case from the page. They throw ProblemError when it cannot be done; the page shows it. */
export interface ConsoleActions {
  settle(caseId: string, stepId: string, how: SettleHow, by: string): Promise<void>;
  resume(caseId: string, by: string): Promise<void>;
  /** The case ended wrongly; `outcome` would have been right. */
  correct(caseId: string, outcome: string, by: string): Promise<void>;
}
export type SettleHow = 'done' | 'again' | 'drop';

/** A ticket as somebody types it into the sandbox's form; what was left empty is ''. */
export interface SandboxTicket {
  name: string;
  email: string;
  /** Name of the organization's record in the help desk; '' means the requester belongs to none. */
  organization: string;
  /** What the requester wrote into the company field of the form: a claim. */
  company: string;
  state: string;
  subject: string;
  body: string;
}

export interface AttachedFile {
  at: string;
  ticketId: string;
  name: string;
  /** Media type. */
  type: string;
  bytes: number;
  /** false: agents see it only. */
  isPublic: boolean;
}

/** What reached the three sandbox receivers, newest first. */
export interface SandboxViews {
  /** Public comments on tickets, as the customer got them. */
  replies: { at: string; ticketId: string; to: string; subject: string; text: string }[];
  mails: { at: string; to: string; subject: string; text: string }[];
  /** Slack text in mrkdwn, as posted; a card has blocks. */
  posts: { at: string; ts: string; channel: string; text: string; blocks: unknown[] }[];
  /** What other systems and subscribers were told, as JSON, and the id that they answered. */
  told?: { at: string; system: string; request: string; answer: string; text: string }[];
  /** Files that Usher attached to tickets. */
  files?: AttachedFile[];
  /** What one person alone was answered in Slack. */
  whispers: { at: string; user: string; text: string; blocks: unknown[] }[];
}

export interface SandboxSide {
  views(): SandboxViews | Promise<SandboxViews>;
  /** Somebody clicks a button of a post. */
  clicks(click: { channel: string; ts: string; action: string }): Promise<void>;
  /** Somebody types `/usher TEXT`. */
  types(text: string): Promise<void>;
  /** Files a ticket with the sandbox's help desk; answers its id. */
  fileTicket(ticket: SandboxTicket): Promise<string>;
  /** Ready-made tickets offered above the form. */
  examples?: { label: string; ticket: SandboxTicket }[];
}

/** How people who were asked by e-mail answer. The key of a link says to whom it was sent; a wrong one is as good as none. */
export interface ApprovalDoor {
  show(link: ApprovalLink): Promise<AskedApproval | null>;
  /** `counts`: this answer was the first. null for a wrong key, or for who may no longer answer. */
  answer(link: ApprovalLink, state: 'approved' | 'refused'): Promise<(AskedApproval & { counts: boolean }) | null>;
}
export interface ApprovalLink {
  id: string;
  n: number;
  key: string;
}
export interface AskedApproval {
  approval: ShownApproval;
  /** Name of the approver whose link it is. */
  approver: string;
}

export interface HttpOptions {
  /** A process without status page and webhooks: /healthz and /readyz are all there is. */
  healthOnly?: boolean;
  /** Loopback unless `consolePassword` is set. */
  host: string;
  /** 0 takes a free port. */
  port: number;
  consolePassword?: string;
  /** Where the outside reaches us, `https://usher.example`; its host may open the console when there is a password. */
  publicUrl?: string;
  views: CaseViews;
  lists: () => Promise<ListStatus[]>;
  /** Names of the active programmes for the filter; without it, those that the lists name. */
  programmes?: () => string[];
  /** Problems of the rules on disk that keep the last good ones in use; [] when all is well. */
  problems: () => Problem[];
  ready: () => Promise<{ ok: boolean; reasons: string[] }>;
  webhooks: { zendesk?: WebhookDoor; slack?: WebhookDoor };
  /** Events of other systems; without it there is no such route. */
  events?: EventDoor;
  webhookCounts?: WebhookCounts;
  /** The text of /metrics; with a password, only for who knows it (any user name, by basic authentication). */
  metrics?: { contentType: string; text(): Promise<string> };
  actions: ConsoleActions;
  sending: Sending;
  /** Outcomes that the rules for corrections of a programme know. */
  corrections: (programme: string | null) => string[];
  approvals: ApprovalDoor;
  report: (days: number) => Promise<ShadowReport>;
  sandbox?: SandboxSide;
  /** `sandbox`, `shadow`, `propose` or `live`. */
  mode: string;
  log: Log;
  /** Wall clock for ages on screens. */
  now?: () => Date;
  limits?: Partial<HttpLimits>;
}

/** Named limits of the HTTP door. */
export interface HttpLimits {
  headersMs: number;
  /** From the first byte of a request to its last. */
  requestMs: number;
  bodyBytes: number;
  headerBytes: number;
  connections: number;
  /** Wrong passwords a minute from one address, and from everywhere ten times as many. */
  loginsPerMinute: number;
  /** Webhooks a minute from everywhere, and half as many from one address. */
  webhooksPerMinute: number;
}

export const defaultLimits: HttpLimits = {
  headersMs: 5_000,
  requestMs: 10_000,
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  connections: 2_500,
  loginsPerMinute: 5,
  webhooksPerMinute: 6_000,
};
