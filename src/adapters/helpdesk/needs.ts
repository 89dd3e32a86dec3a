// What the active rules ask of a help desk, so that a probe can tell whether it is there.

/** Derived from rules and directory; texts are shown to people. */
export interface DeskNeeds {
  /** Field titles that are looked at, and what is not known without them. */
  reads: { title: string; without: string }[];
  /** Field titles that only add weight to an intent: their absence is worth a word, no more. */
  hints: string[];
  /** Values that steps set, by field title and option title; `by` names the rules. */
  sets: { field: string; value: string | number | boolean; by: string[] }[];
  /** Everybody in the directory who is somebody on this help desk; `isAssigned` when a rule hands them tickets. */
  agents: { role: string; name: string; id: string; isAssigned: boolean }[];
  groups: { role: string; id: string }[];
  /** Tags that steps add. */
  tags: string[];
  /** Mail addresses of people in the directory, to see that the bot's account is nobody's own. */
  people: { role: string; email: string }[];
  /** Kinds of steps that any rule has. */
  does: { replies: boolean; assigns: boolean; solves: boolean };
  /** Where a webhook of the help desk must lead to; null when none is set up here. */
  webhookUrl: string | null;
}
