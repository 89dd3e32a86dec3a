// Makes full cases of the sketches: facts, match, decision, steps and timeline.
import type { Triage } from '../../src/core/decision.js';
import type { Match } from '../../src/core/match-result.js';
import { stepTitle } from '../../src/http/pages/message-parts.js';
import { stepWords } from '../../src/http/pages/words.js';
import type { CaseDetail } from '../../src/ports.js';
import { hostileName, type Sketch } from './sample-sketches.js';

export const sampleProgramme = 'everbright-api-access';
const rulebook = '9f2c41d07ab3e6d18c55f0a97b21e4c36d08f1a2b3c4d5e6f708192a3b4c5d6e';

type Step = CaseDetail['stepDetails'][number];

const evidence: Match['evidence'] = [
  {
    tier: 2,
    kind: 'mail-domain',
    supports: true,
    says: 'sunbelt.example stands in exactly one listing',
    source: 'sender address',
    list: 'approved-sellers',
    cell: 'Sellers!C8',
  },
  {
    tier: 3,
    kind: 'organization-name',
    supports: true,
    says: 'the record is named as the listing: Sun Belt Solar, Inc.',
    source: 'help desk organization record',
    list: 'api-tracker',
    cell: 'Tracker!B14',
  },
  {
    tier: null,
    kind: 'contradiction',
    supports: false,
    says: 'the form says Sunbelt Solar of Texas',
    source: 'form field "Company"',
    list: null,
    cell: null,
  },
];

function matchOf(sketch: Sketch): Match {
  const verdict = sketch.verdict ?? 'unidentified';
  const listed = verdict === 'listed';
  return {
    verdict,
    listings: [],
    name: sketch.name || null,
    tier: listed ? 2 : null,
    reason: listed ? 'One listing in each list, by mail domain' : 'No listing carries this name or domain',
    evidence: listed ? evidence : [],
    candidates:
      verdict === 'ambiguous'
        ? [
            {
              list: 'approved-sellers',
              name: 'Solar & Sons, Inc.',
              row: 31,
              cell: 'Sellers!B31',
              status: 'approved',
              score: 0.91,
              why: 'one letter differs',
            },
          ]
        : [],
    lists: {
      'approved-sellers': {
        list: 'approved-sellers',
        value: listed ? 'approved' : 'absent',
        reason: listed ? 'Sellers!D8 reads "Approved"' : 'no row fits',
        listing: null,
        cell: listed ? 'Sellers!D8' : null,
      },
      'api-tracker': {
        list: 'api-tracker',
        value: listed ? 'in-progress' : null,
        reason: listed ? 'Tracker!E14 reads "In progress"' : 'Tracker!E14 is struck through',
        listing: null,
        cell: 'Tracker!E14',
      },
    },
  };
}

function triageOf(sketch: Sketch): Triage {
  return {
    facts: {
      now: '2026-03-12T14:02:00Z',
      ticket: {
        id: String(sketch.id),
        subject: sketch.subject,
        status: 'new',
        tags: ['api', 'form-7'],
        fields: { Company: hostileName },
      },
      message: { kind: 'other', text: `Please give us access. ${'We sell a lot of panels. '.repeat(40)}` },
      event: {},
      requester: { email: 'ann@larkspur.example', isOrgAdmin: null },
      organization: { name: sketch.name, domains: ['larkspur.example'] },
      request: {},
      intent: { name: 'api-access-request', score: 14 },
      match: { verdict: sketch.verdict ?? 'unidentified', listReasons: {} },
      lists: { 'approved-sellers': 'absent', 'api-tracker': null },
      case: { episode: 1, previous: { outcome: null } },
      programme: { orgAdmin: 'note' },
    },
    match: matchOf(sketch),
    decision: {
      kind: sketch.state === 'held' ? 'hold' : 'act',
      programme: sampleProgramme,
      rule: sketch.rule,
      outcome: sketch.outcome,
      reason: sketch.reason ?? '',
      graceMs: sketch.rule === 'not-approved' ? 600_000 : 0,
      effects: [],
      trace: [
        {
          programme: sampleProgramme,
          rule: 'conflict',
          answer: 'no',
          why: 'lists.api-tracker is one of "in-progress", "completed"? no: absent',
        },
        {
          programme: sampleProgramme,
          rule: 'tracked',
          answer: 'not-known',
          why: 'lists.api-tracker is "in-progress"? not known: Tracker!E14 is struck through',
        },
        { programme: sampleProgramme, rule: sketch.rule ?? 'unclear', answer: 'yes', why: 'match.verdict is as asked' },
      ],
    },
    effects: sketch.effects ?? [],
    versions: { rulebook, lists: { 'approved-sellers': 'ab'.repeat(32), 'api-tracker': 'cd'.repeat(32) } },
  };
}

/** What agents were told of a ticket that needs a person. */
function toldOf(sketch: Sketch, at: (second: number) => string): Step[] {
  if (!sketch.told) return [];
  const text = `This ticket needs a person: ${sketch.reason}`;
  const effects: Step['effect'][] = [
    { type: 'note', template: 'hold-1', text, html: '' },
    { type: 'tag', add: ['usher-needs-person'], remove: [] },
  ];
  return effects.map((effect, i) => ({
    id: `${sketch.id}-told-${i + 1}`,
    write: `${sketch.id}-told`,
    type: effect.type,
    state: 'done',
    effect,
    sends: 1,
    isNotice: true,
    episode: 1,
    reason: null,
    at: at(9),
  }));
}

function stepsOf(sketch: Sketch, at: (second: number) => string): Step[] {
  if (sketch.mode && sketch.mode !== 'live') return [];
  const states = sketch.steps ?? [];
  return (sketch.effects ?? []).map((effect, i) => {
    const state = states[Math.min(i, states.length - 1)] ?? 'planned';
    const write = effect.type === 'email' ? 'mail' : effect.type === 'slack' ? 'slack' : 'ticket';
    const reason = {
      unsure: 'The connection was lost after the final dot',
      refused: 'Zendesk answered 422: assignee is unknown',
    }[String(state)];
    return {
      id: `${sketch.id}-${i + 1}`,
      write: `${sketch.id}-${write}`,
      type: effect.type,
      state,
      effect,
      sends: state === 'unsure' ? 2 : 1,
      isNotice: false,
      reason: reason ?? null,
      at: state === 'planned' ? null : at(5 + i),
      episode: 1,
    };
  });
}

function requesterOf(sketch: Sketch): CaseDetail['requester'] {
  if (sketch.name === 'Sun Belt Solar') return { name: 'Ben Example', email: 'ben@sunbelt.example' };
  return { name: sketch.name === hostileName ? hostileName : 'Ann Example', email: 'ann@larkspur.example' };
}

/** The case of a sketch; `i` minutes before the hour. */
export function detailOf(sketch: Sketch, i: number): CaseDetail {
  const at = (second: number) => `2026-03-12T14:${String(59 - i).padStart(2, '0')}:${String(second).padStart(2, '0')}Z`;
  const steps = [...stepsOf(sketch, at), ...toldOf(sketch, at)];
  const decided =
    sketch.reason === null ? [] : [{ at: at(4), episode: 1, trigger: 'ticket', triage: triageOf(sketch) }];
  return {
    id: `sandbox-${sketch.id}`,
    helpdesk: 'sandbox',
    ticketId: String(sketch.id),
    subject: sketch.subject,
    state: sketch.state,
    programme: sketch.rule ? sampleProgramme : null,
    rule: sketch.rule,
    outcome: sketch.outcome,
    reason: sketch.reason,
    mode: sketch.mode ?? 'live',
    openedAt: at(1),
    updatedAt: at(12),
    steps: steps.map(({ id, type, state }) => ({ id, type, state })),
    url: sketch.id === 5004 ? 'javascript:alert(1)' : `https://help.example/tickets/${sketch.id}`,
    requester: requesterOf(sketch),
    episode: 1,
    stage: '',
    links: { design: ['D-1 7 kW', 'D-2 <b>10</b> kW'] },
    firedRules: [],
    wait: null,
    timeline: [
      { at: at(1), kind: 'ticket', text: 'Ticket came in by e-mail' },
      ...(sketch.reason ? [{ at: at(4), kind: 'decision', text: `Decided by rule ${sketch.rule ?? 'none'}` }] : []),
      ...steps
        .filter((s) => s.at)
        .map((s) => ({
          at: s.at ?? '',
          kind: 'step',
          text: `${stepTitle(s.effect)}: ${stepWords[s.state].text.toLowerCase()}`,
        })),
    ],
    decisions: sketch.id === 5002 ? [...decided, ...decided] : decided,
    stepDetails: steps,
  };
}
