// What people see of sending that is stopped: since when, by whom, and what waits.

export interface Stop {
  /** null: everything. */
  programme: string | null;
  by: string;
  since: string;
  /** Why Usher stopped by itself; null when a person did. */
  reason: string | null;
}

/** One step that goes out when sending goes on. */
export interface WaitingLine {
  caseId: string;
  ticketId: string;
  subject: string;
  step: string;
  /** The step in words. */
  says: string;
}

export interface SendingState {
  /** Oldest first; [] while sending goes on. */
  stops: Stop[];
  /** What waits, oldest first; [] while nothing is stopped, unless asked for. */
  waiting: WaitingLine[];
  /** More waits than is listed. */
  hasMore: boolean;
}

export interface Sending {
  /** `always` lists what is about to go out also while nothing is stopped. */
  state(always?: boolean): Promise<SendingState>;
  /** Nothing new is sent, of one programme or (null) at all. Throws ProblemError when the programme is not active. */
  pause(programme: string | null, by: string): Promise<void>;
  /** Ends every stop. Answers how many cases go on. */
  goOn(by: string): Promise<number>;
}
