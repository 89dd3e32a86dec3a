// Drafting an approval: who may approve, what they are shown, and what their answer is bound to.
import { describe, expect, it } from 'vitest';
import { allEffects, approversOf, linkTo } from '../../src/core/approval-draft.js';
import type { CaseFacts } from '../../src/core/decision.js';
import { explainDecision } from '../../src/core/explain.js';
import type { Programme } from '../../src/core/rulebook.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { firstSight } from '../../src/core/triage.js';
import { noProgress } from '../../src/core/wait.js';
import { everbright, run, templates } from './everbright.js';
import { aListing, aMatch, anApproval, aRule, aTemplate, directory, THEN, test_ } from './fixtures.js';

const spec = { ...anApproval, roles: ['sales-development'], template: 'approve' };
const mail = aTemplate('Look: {{ approval.link }}\n{% for s in approval.consequence %}{{ s }}\n{% endfor %}', {
  name: 'approve',
  channel: 'email',
  subject: '{{ approval.name }}',
});
const programme: Programme = {
  ...everbright,
  templates: { ...templates, 'approve.email.en': mail },
  rules: [
    aRule({
      id: 'asks',
      when: test_('match.verdict', 'is', 'listed'),
      [THEN]: [],
      wait: { kind: 'approve', time: { ms: 1 }, event: null, approval: spec, followUps: [] },
    }),
    aRule({
      id: 'granted',
      when: test_('case.approvals.lead', 'is', 'approved'),
      [THEN]: [{ type: 'reply', template: 'initial-response' }],
    }),
  ],
};
const requester = { name: 'Dana Fox', email: 'dana@bright-roofing.example' };
const decided = (ticket: Partial<TicketInput> = {}) => run({ requester, ...ticket }, { programme });

describe('who may approve', () => {
  const match = aMatch({
    listings: [aListing({ admins: ['zoe@a.example', 'dana@a.example', 'mercedes@ever.example'] })],
  });

  it.each([
    [
      'roles and admins of the rows, each once',
      'kim@a.example',
      ['mercedes@ever.example', 'dana@a.example', 'zoe@a.example'],
    ],
    ['never the requester, however written', 'Dana@A.example', ['mercedes@ever.example', 'zoe@a.example']],
    ['not the requester as a colleague either', 'mercedes@ever.example', ['dana@a.example', 'zoe@a.example']],
  ])('%s', (_name, email, addresses) => {
    expect(approversOf(spec, match, { directory, requester: email, ownerAdmins: [] }).map((a) => a.address)).toEqual(
      addresses,
    );
  });

  it('is who owns the organizations that the request names, where the rule says so, and never the requester', () => {
    const ownerAdmins = ['vi@owner.example', 'kim@a.example'];
    const owners = { ...spec, roles: [], listAdmins: false, ownerAdmins: true };
    const approvers = approversOf(owners, match, { directory, requester: 'Kim@a.example', ownerAdmins });
    expect(approvers.map((a) => a.address)).toEqual(['vi@owner.example']);
    expect(approversOf(spec, match, { directory, requester: '', ownerAdmins })).toHaveLength(3);
  });

  it('is a question for a person when it is nobody', () => {
    const nobody = { ...spec, roles: ['nobody'], listAdmins: false };
    const rules = programme.rules.map((r) => (r.wait ? { ...r, wait: { ...r.wait, approval: nobody } } : r));
    const { decision } = run({ requester }, { programme: { ...programme, rules } });
    expect(decision).toMatchObject({
      kind: 'hold',
      rule: 'asks',
      reason: expect.stringContaining('Nobody can approve'),
    });
  });
});

describe('what is shown', () => {
  it('is who asks, the evidence and each message that would go out', () => {
    const answer = decided();
    expect(answer.approval).toMatchObject({
      asks: { requester: 'Dana Fox, dana@bright-roofing.example', organization: 'Bright Roofing Inc' },
      consequence: { rule: 'granted', effects: [{ type: 'reply', text: expect.stringContaining('welcome') }] },
    });
    expect(answer.effects).toEqual([]);
    const [sent] = allEffects(answer);
    expect(sent).toMatchObject({ type: 'email', address: 'mercedes@ever.example', subject: 'lead' });
    expect(sent).toMatchObject({ text: expect.stringContaining(linkTo('lead', 0)) });
    expect(sent).toMatchObject({ text: expect.stringContaining('reply "initial-response" to the customer') });
    expect(explainDecision(answer)).toContain('Asks for approval of lead: Mercedes Davis');
  });
});

describe('several things', () => {
  const remind = { type: 'email' as const, to: 'approvers', template: 'approve', handoff: false };
  const each = (tags: string[], approvals: CaseFacts['progress']['approvals'] = {}, due = 0) => {
    const items = aTemplate('{% for i in approval.items %}{{ i.name }}={{ i.link }} {% endfor %}', {
      name: 'approve',
      channel: 'email',
      subject: '{{ approval.name }}',
    });
    const rules = programme.rules.map((r) =>
      r.wait ? { ...r, wait: { ...r.wait, approval: { ...spec, each: 'ticket.tags' } } } : r,
    );
    const followUps = [{ kind: 'remind' as const, effects: [remind], hold: null, at: '' }];
    const running = { rule: 'asks', kind: 'approve' as const, event: null, approval: 'lead', began: '', until: '' };
    const wait = due > 0 ? { ...running, followUps, taken: 0, endedBy: null } : null;
    const progress = { ...noProgress, approvals, due, wait, rules: wait ? ['asks'] : [] };
    const only = { ...programme, rules, templates: { ...programme.templates, 'approve.email.en': items } };
    return run(
      { requester, tags },
      { programme: only, caseFacts: { ...firstSight, previousProgramme: only.name, progress } },
    );
  };
  const given = (state: 'open' | 'approved') => ({ state, by: '', at: '2026-03-02T10:00:00Z' });

  it('are a link each in one mail to each approver, and no link begins like another', () => {
    const tags = Array.from({ length: 12 }, (_, n) => `t${n}`);
    const [sent] = allEffects(each(tags));
    const links = tags.map((tag, n) => `${tag}=${linkTo('lead', 0, n)} `);
    expect(sent).toMatchObject({ type: 'email', text: expect.stringContaining(links.join('').trim()) });
    const bare = tags.map((_tag, n) => linkTo('lead', 0, n));
    expect(bare.filter((a) => bare.some((b) => a !== b && b.startsWith(a)))).toEqual([]);
  });

  it('are reminded of while they are open, by the same links', () => {
    const standing = { 'lead: east': given('approved'), 'lead: west': given('open') };
    const effects = allEffects(each(['east', 'west'], standing, 1));
    expect(effects).toMatchObject([{ type: 'email', address: 'mercedes@ever.example', followUp: 'asks#1' }]);
    expect(effects[0]).toMatchObject({ text: expect.stringContaining(`west=${linkTo('lead', 0, 1)}`) });
    expect(effects[0]).not.toMatchObject({ text: expect.stringContaining('east=') });
  });

  it.each([
    ['nothing is named', [], 'It is not known what'],
    ['too many are named', Array.from({ length: 21 }, (_, n) => `t${n}`), '20 are the most'],
  ])('are a question for a person where %s', (_name, tags, reason) => {
    expect(each(tags).decision).toMatchObject({ kind: 'hold', rule: 'asks', reason: expect.stringContaining(reason) });
  });
});

describe('what an answer is bound to', () => {
  const basis = (ticket: Partial<TicketInput> = {}) => JSON.stringify(decided(ticket).approval?.basis);

  it('stays the same while only our own steps change the ticket', () => {
    expect(basis({ tags: ['seen'], updatedAt: '2026-03-09T10:00:00Z', status: 'open' })).toBe(basis());
  });

  it.each<[string, Partial<TicketInput>]>([
    ['another requester', { requester: { name: 'Robin', email: 'robin@bright-roofing.example' } }],
    ['another subject', { subject: 'API access, and more' }],
    [
      'a later message',
      {
        messages: [
          {
            id: 'm9',
            at: '2026-03-02T11:00:00Z',
            from: 'dana',
            author: 'requester',
            public: true,
            body: 'API access now',
          },
        ],
      },
    ],
  ])('changes with %s', (_name, ticket) => {
    expect(basis(ticket)).not.toBe(basis());
  });
});
