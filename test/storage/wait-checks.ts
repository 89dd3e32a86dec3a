// What every ledger must do with waits and approvals; part of the ledger's suite.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { startWait, type WaitPlan } from '../../src/core/wait.js';
import { type Lease, LeaseLost } from '../../src/ledger.js';
import { anApproval } from '../core/fixtures.js';
import { LEASE_MS, type LedgerUnderTest, story } from './ledger-story.js';

const HOUR_MS = 3_600_000;
const plan = (more: Partial<WaitPlan> = {}): WaitPlan => ({
  rule: 'asks',
  kind: 'ask',
  time: { ms: HOUR_MS },
  event: null,
  approval: null,
  followUps: [],
  hours: null,
  hasCome: false,
  ...more,
});
const contents = {
  approvers: [{ role: 'lead', name: 'Lee', address: 'lee@x.example', slack: null }],
  asks: { requester: '', organization: '', reason: '', evidence: [] },
  consequence: { rule: null, reason: '', effects: [] },
};
const asks = plan({ kind: 'approve', approval: anApproval });

/** A case that waits for the approval of that id. */
async function waiting(under: LedgerUnderTest, id: string, slack: string | null = null) {
  const s = await story(under);
  const approvers = contents.approvers.map((a) => ({ ...a, slack }));
  const asked = { id, name: 'lead', contents: { ...contents, approvers } };
  const { lease } = await s.decided([], { approvals: [asked], afterSteps: { wait: asks } });
  await under.ledger.endSteps(lease, { wait: asks }, startWait);
  return { ...s, lease };
}
const free = (under: LedgerUnderTest, lease: Lease) => under.ledger.release(lease, HOUR_MS, false);
const yes = { state: 'approved', by: 'Lee', via: 'e-mail' } as const;

export const WAIT_CHECKS: Record<string, (under: LedgerUnderTest) => Promise<void>> = {
  'begins a wait by its own clock when all steps are done; its rule has fired, the stage is kept': async (under) => {
    const s = await story(under);
    const { lease, record: decided } = await s.decided([], { afterSteps: { stage: 'asked', wait: plan() } });
    deepEqual(decided.afterSteps?.stage, 'asked');
    await under.ledger.endSteps(lease, decided.afterSteps!, startWait);
    const record = await under.ledger.read(lease);
    deepEqual([record.state, record.stage, record.firedRules, record.afterSteps], ['waiting', 'asked', ['asks'], null]);
    equal(Date.parse(record.wait!.until) - Date.parse(record.wait!.began), HOUR_MS);
    ok(Math.abs(Date.parse(record.wait!.began) - Date.parse(record.readAt)) < 5_000);
  },

  'comes to a stage with the decision itself when no step is to be done before, and stays in it otherwise': async (
    under,
  ) => {
    const s = await story(under);
    const { lease } = await s.decided([], { state: 'done', stage: 'live' });
    const ended = await under.ledger.read(lease);
    deepEqual([ended.state, ended.stage, ended.afterSteps], ['done', 'live', null]);
    await s.commit(lease, [], { episode: 2 });
    equal((await under.ledger.read(lease)).stage, 'live');
  },

  'gives a case back with the decision that leaves nothing to do; what came meanwhile makes it due': async (under) => {
    const { ledger } = under;
    const s = await story(under);
    const commit = async (key: string | null) => {
      const got = await s.lease();
      if (key) await ledger.wake(s.caseId, { key, kind: 'list' });
      const triggerIds = got.record.triggers.map((t) => t.id);
      return s.giveBack(got.lease, { state: 'done', triggerIds });
    };
    deepEqual(await commit('new list'), { pending: true });
    ok((await ledger.dueCases(1_000)).includes(s.caseId));
    // That one is decided upon now, and nothing else came.
    deepEqual(await commit(null), { pending: false });
    ok(!(await ledger.dueCases(1_000)).includes(s.caseId));
    const { lease, record } = await s.lease();
    deepEqual([record.state, record.failures, record.triggers], ['done', 0, []]);
    const before = { ...lease, fence: String(Number(lease.fence) - 1) };
    const late = await s.giveBack(before, { state: 'done' }).catch((error: unknown) => error);
    ok(late instanceof LeaseLost);
  },

  'ends the episode when nothing is waited for, and keeps the stage over episodes': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([], { afterSteps: { stage: 'live' } });
    await under.ledger.endSteps(lease, { stage: 'live' }, startWait);
    const ended = await under.ledger.read(lease);
    deepEqual([ended.state, ended.stage, ended.firedRules, ended.wait], ['done', 'live', [], null]);
    await s.commit(lease, [], { episode: 2 });
    equal((await under.ledger.read(lease)).stage, 'live');
  },

  'begins no wait for who has lost the case': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([], { afterSteps: { wait: plan() } });
    await under.pass(LEASE_MS + 1_000);
    const heir = await under.ledger.lease(s.caseId, 'another', LEASE_MS);
    const late = await under.ledger.endSteps(lease, { wait: plan() }, startWait).catch((error: unknown) => error);
    ok(late instanceof LeaseLost);
    equal((await under.ledger.read(heir!.lease)).wait, null);
  },

  'keeps the name of an event with its trigger': async (under) => {
    const s = await story(under);
    await under.ledger.wake(s.caseId, { key: 'event:1', kind: 'event', event: 'kick-off' });
    const { record } = await s.lease();
    deepEqual(
      record.triggers.map((t) => [t.kind, t.event]),
      [
        ['changed', null],
        ['event', 'kick-off'],
      ],
    );
  },

  'takes the first answer to an approval, and wakes the case with it': async (under) => {
    const { ledger } = under;
    const { lease, caseId } = await waiting(under, 'first');
    await free(under, lease);
    equal((await ledger.approval('first'))?.state, 'open');
    deepEqual(await Promise.all([1, 2, 3].map(() => ledger.answerApproval('first', yes))), [true, false, false]);
    equal(await ledger.answerApproval('first', { ...yes, state: 'refused' }), false);
    const shown = await ledger.approval('first');
    deepEqual([shown?.state, shown?.by, shown?.contents], ['approved', 'Lee', contents]);
    const next = await ledger.lease(caseId, 'another', LEASE_MS);
    deepEqual(
      [next?.record.triggers.map((t) => t.kind), next?.record.approvals.map((a) => [a.name, a.state, a.by])],
      [['approval'], [['lead', 'approved', 'Lee']]],
    );
  },

  'answers each of several items by itself, and takes an answer of whoever has the case in spite of news': async (
    under,
  ) => {
    const { ledger } = under;
    const s = await story(under);
    const item = (name: string) => ({
      id: `item-${name}`,
      name: `lead: ${name}`,
      contents: { ...contents, about: 'x' },
    });
    const { lease } = await s.decided([], { approvals: [item('a: 1'), item('b')], afterSteps: { wait: asks } });
    await ledger.endSteps(lease, { wait: asks }, startWait);
    equal(await ledger.answerApproval('item-a: 1', yes), true);
    deepEqual(
      [await ledger.answerApproval('item-b', yes), (await ledger.approval('item-b'))?.state],
      [false, 'changing'],
    );
    equal(await ledger.answerApproval('item-b', yes, { ...lease, fence: '0' }), false);
    equal(await ledger.answerApproval('item-b', { ...yes, state: 'refused' }, lease), true);
    const { approvals } = await ledger.read(lease);
    deepEqual(approvals.map((a) => [a.name, a.state, a.about]).sort(), [
      ['lead: a: 1', 'approved', 'x'],
      ['lead: b', 'refused', 'x'],
    ]);
  },

  'takes no answer while news waits, once it is withdrawn, or after its time': async (under) => {
    const { ledger } = under;
    const s = await waiting(under, 'news');
    await ledger.addTrigger(s.lease, { key: 'news', kind: 'changed' });
    deepEqual([await ledger.answerApproval('news', yes), (await ledger.approval('news'))?.state], [false, 'changing']);
    const { triggers, wait } = await ledger.read(s.lease);
    const next = {
      approvals: [{ id: 'again', name: 'lead', contents }],
      withdrawn: ['news'],
      state: 'waiting' as const,
      wait,
    };
    await s.commit(s.lease, [], { ...next, triggerIds: triggers.map((t) => t.id) });
    deepEqual([await ledger.answerApproval('news', yes), (await ledger.approval('news'))?.state], [false, 'closed']);
    equal((await ledger.approval('again'))?.state, 'open');
    await s.commit(s.lease, [], { ...next, approvals: [{ ...next.approvals[0]!, id: 'news' }], withdrawn: ['again'] });
    equal((await ledger.approval('news'))?.state, 'open');
    await s.commit(s.lease, [], { state: 'waiting', wait: { ...wait!, until: '2020-01-01T00:00:00.000Z' } });
    deepEqual([await ledger.answerApproval('news', yes), (await ledger.approval('news'))?.state], [false, 'closed']);
    equal(await ledger.approval('nothing'), null);
  },

  'lists what waits for somebody, until it is answered or no longer asked': async (under) => {
    const { ledger } = under;
    const [one, two] = [await waiting(under, 'one', 'U1'), await waiting(under, 'two', 'U1')];
    await waiting(under, 'other', 'U2');
    const idsFor = async (slack: string, limit = 9) => (await ledger.openApprovals(slack, limit)).map((a) => a.id);
    deepEqual([await idsFor('U1'), await idsFor('U1', 1), await idsFor('U')], [['one', 'two'], ['one'], []]);
    const [shown] = await ledger.openApprovals('U1', 1);
    const { wait } = await ledger.read(one.lease);
    deepEqual([shown?.caseId, shown?.until, shown?.state], [one.caseId, wait?.until, 'open']);
    ok(one.caseId.endsWith(shown!.ticketId));
    equal(await ledger.answerApproval('one', yes), true);
    await two.commit(two.lease, [], { state: 'waiting', wait: { ...wait!, until: '2020-01-01T00:00:00.000Z' } });
    deepEqual(await idsFor('U1'), []);
  },
};
