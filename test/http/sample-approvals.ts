// Sample approvals in every state that the page for answering them can show, one of them by a hostile requester.
import type { ApprovalDoor } from '../../src/http/http-options.js';
import type { ShownApproval } from '../../src/ports/approvals.js';
import { hostileName } from './sample-sketches.js';

const contents: ShownApproval['contents'] = {
  approvers: [{ role: 'partner-lead', name: 'Kim Lee', address: 'kim@partner.example', slack: null }],
  asks: {
    requester: `${hostileName} <ana@sunbelt.example>`,
    organization: 'Sun Belt Solar',
    reason: 'The requester is no admin of the licensed organization',
    evidence: ['Mail domain sunbelt.example stands in Sellers!C7'],
  },
  consequence: {
    rule: 'authorized',
    reason: 'Approved by a listed admin',
    effects: [
      { type: 'reply', template: 'activation', locale: 'en', text: `Hello,\n\n${hostileName}`, html: '<p>Hello</p>' },
      { type: 'assign', to: 'partner-lead', agent: '42', name: 'Kim Lee' },
    ],
  },
};

const states: Record<string, Pick<ShownApproval, 'state' | 'by' | 'answeredAt'>> = {
  a: { state: 'open', by: '', answeredAt: null },
  b: { state: 'approved', by: 'Kim Lee', answeredAt: '2026-03-12T14:40:00Z' },
  c: { state: 'refused', by: 'Kim Lee', answeredAt: '2026-03-12T14:40:00Z' },
  d: { state: 'closed', by: '', answeredAt: null },
  e: { state: 'changing', by: '', answeredAt: null },
};

/** The page's address for the sample whose id repeats that letter. */
export const approvalPath = (letter: keyof typeof states): string =>
  `/approve/${String(letter).repeat(32)}/0/${'0'.repeat(32)}`;

/** Shows the samples; an answer counts for the open one and comes too late for every other. */
export function sampleApprovals(acts: string[]): ApprovalDoor {
  const find = async (id: string) => {
    const state = states[id[0] ?? ''];
    return state
      ? {
          approver: 'Kim Lee',
          approval: { id, caseId: 'sandbox-5001', name: 'permissions', subject: 'API', contents, ...state },
        }
      : null;
  };
  return {
    show: async ({ id }) => find(id),
    answer: async ({ id }, state) => {
      const found = await find(id);
      if (!found) return null;
      const counts = found.approval.state === 'open';
      acts.push(`${state} ${counts ? 'counts' : 'late'}`);
      const given = { state, by: found.approver, answeredAt: '2026-03-12T14:41:00Z' } as const;
      return { ...found, approval: counts ? { ...found.approval, ...given } : found.approval, counts };
    },
  };
}
