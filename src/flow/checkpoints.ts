// The named points at which a process may die: the crash test stops at each of them and counts what the world received.

/** In the order a ticket meets them. */
export const CHECKPOINTS = [
  'sighted',
  'case-leased',
  'ticket-read',
  'decided',
  'decision-committed',
  'ticket-inspected',
  'write-claimed',
  'send-begun',
  'before-dot',
  'answer-received',
  'write-settled',
  'looked-up',
  'card-claimed',
  'card-posted',
  'case-finished',
] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];
