// Approvals that end soon, as the ledger keeps them: each is told once to the owner of its programme, several in one mail.

/** An approval and its last day. */
export interface EndingApproval {
  /** The same for the same listing and last day. */
  key: string;
  programme: string;
  /** A sentence for the owner. */
  line: string;
}

/** What one mail tells. */
export interface EndingMail {
  programme: string;
  /** Names the mail on every attempt. */
  batch: string;
  /** Attempts before, of which nobody knows how they ended. */
  sends: number;
}

/** Where they are kept. */
export interface EndingApprovals {
  /** The same key again changes nothing. */
  plan(endings: EndingApproval[]): Promise<void>;
  /** Mails that are due: what is planned, and what was begun two minutes ago or earlier without an end. */
  open(): Promise<EndingMail[]>;
  /** The sentences of that mail, in a fixed order; [] when somebody else has it. Counts a send; committed before anything leaves. */
  claim(mail: EndingMail): Promise<string[]>;
  /** `planned`: it surely did not leave, and is tried again after `waitMs`. */
  settle(
    batch: string,
    end: {
      state: 'planned' | 'done' | 'refused' | 'unsure';
      reason: string | null;
      receipt?: Record<string, string>;
      waitMs?: number;
    },
  ): Promise<void>;
}
