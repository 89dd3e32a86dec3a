// Shapes of the sandbox SMTP server: the mail it took, its faults, and what can be done to it.

export interface ReceivedMail {
  id: string;
  at: string;
  envelope: { from: string; to: string[] };
  /** As received, CRLF line ends. */
  raw: string;
  /** Unfolded and decoded; names in lower case; a repeated header's values are joined by a line feed. */
  headers: Record<string, string>;
  messageId: string;
  subject: string;
  text: string;
  html: string;
}

/** All that a sandbox SMTP server remembers; plain JSON. */
export interface SmtpState {
  nextId: number;
  mails: ReceivedMail[];
}

export type SmtpFaultKind =
  /** The connection ends before the greeting. */
  | 'drop-at-connect'
  /** 535 to AUTH. */
  | 'refuse-auth'
  /** The connection ends when MAIL FROM arrives. */
  | 'drop-before-mail'
  /** 450 to RCPT TO. */
  | 'greylist'
  /** 550 to RCPT TO. */
  | 'reject'
  /** 550 to every recipient but the first. */
  | 'partial-reject'
  /** 451 or 554 after the final dot; not taken. */
  | 'temporary-after-dot'
  | 'refuse-after-dot'
  /** Taken, then the connection ends without an answer. */
  | 'drop-after-dot'
  /** The connection ends after the dot; not taken. */
  | 'drop-after-dot-lost'
  /** Taken, then no answer ever. */
  | 'hang-after-dot';

export interface SmtpOptions {
  port?: number;
  state?: SmtpState;
  onChange?: () => void;
  now?: () => Date;
}

export interface SmtpSandbox {
  /** `smtp://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Connections opened so far. */
  readonly sessions: number;
  /** Envelopes begun (MAIL FROM), whatever became of them. */
  readonly envelopes: number;
  state(): SmtpState;
  /** Mail taken so far, oldest first; a copy. */
  mails(): ReceivedMail[];
  fault(kind: SmtpFaultKind, options?: { times?: number; to?: string }): void;
  clearFaults(): void;
  refuse(on: boolean): Promise<void>;
  close(): Promise<void>;
}
