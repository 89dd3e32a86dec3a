// What subscribers may be told of: the names of case events.

export const CASE_EVENTS = ['case.opened', 'case.decided', 'case.held', 'case.done'] as const;
export type CaseEventType = (typeof CASE_EVENTS)[number];
