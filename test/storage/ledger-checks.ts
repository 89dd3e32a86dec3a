// What every ledger must do, embedded, on a server or in memory: small stories that hold or throw.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { LINKS_MOST, type LinkedRecord } from '../../src/core/event.js';
import { answerNote } from '../../src/core/steering-answers.js';
import { type CaseRecord, LeaseLost } from '../../src/ledger.js';
import { ProblemError } from '../../src/problem.js';
import { anEmail, aPost, aReply, CAPS, LEASE_MS, type LedgerUnderTest, story } from './ledger-story.js';

type Check = (under: LedgerUnderTest) => Promise<void>;

const firstWrite = (record: CaseRecord) => record.writes[0]!;
const isProblem = (code: string) => (error: unknown) =>
  error instanceof ProblemError && error.problems[0]?.code === code;

/** By name; each works on tickets of its own. */
export const LEDGER_CHECKS: Record<string, Check> = {
  'opens a case once, and takes the same trigger once': async (under) => {
    const s = await story(under);
    await under.ledger.openCase(s.ticket, { key: 'seen', kind: 'changed' });
    equal(await under.ledger.openCase(s.ticket, { key: 'seen', kind: 'changed' }), s.caseId);
    const { record, lease } = await s.lease();
    deepEqual(
      record.triggers.map((t) => t.key),
      ['first', 'seen'],
    );
    await under.ledger.spendTriggers(lease, [record.triggers[0]!.id]);
    equal((await under.ledger.read(lease)).triggers.length, 1);
  },

  'takes what is no newer than the decision for no news': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([aReply('a')]);
    await under.ledger.openCase({ ...s.ticket, version: s.decidedAt }, { key: 'same', kind: 'changed' });
    await under.ledger.openCase({ ...s.ticket, version: '2099-01-01T00:00:00Z' }, { key: 'newer', kind: 'changed' });
    deepEqual(
      (await under.ledger.read(lease)).triggers.map((t) => t.key),
      ['newer'],
    );
  },

  'keeps a command once, with its answer, and frees refused steps when asked to try again': async (under) => {
    const s = await story(under);
    const { ledger } = under;
    const { lease, record } = await s.decided([aReply('a')]);
    const command = { commentId: 'c1', by: 'Ann', at: s.decidedAt, verb: 'retry' as const, name: null, answer: 'done' };
    await s.claim(lease, firstWrite(record).id);
    await ledger.settle(lease, firstWrite(record).id, { state: 'refused', reason: 'no' });
    const answers = s.planned([answerNote('c1', 'done')]);
    await ledger.steer(lease, { commands: [command], answers }, s.decidedAt);
    await ledger.steer(lease, { commands: [command], answers: [] }, s.decidedAt);
    const taken = await ledger.read(lease);
    deepEqual(taken.commands, [{ ...command, answered: 'planned' }]);
    equal(taken.notices.length, 1);
    // A newer decision plans what has not left anew, and the refused step as well.
    await s.commit(lease, [aReply('a')], { steered: { commands: [], answers }, retriesRefused: true });
    const after = await ledger.read(lease);
    deepEqual(
      after.writes.map((w) => w.state),
      ['planned'],
    );
    equal(after.notices.length, 1);
    await ledger.settle(lease, after.notices[0]!.id, { state: 'done', reason: null });
    equal((await ledger.read(lease)).commands[0]!.answered, 'sent');
  },

  'takes a webhook once, by its delivery and by what was signed': async (under) => {
    const s = await story(under);
    const { ledger } = under;
    const first = await ledger.sightWebhook(s.ticket, { id: `d-${s.caseId}`, proof: `p-${s.caseId}` });
    equal(first.isRepeat, false);
    equal((await ledger.sightWebhook(s.ticket, { id: `d-${s.caseId}`, proof: `q-${s.caseId}` })).isRepeat, true);
    equal((await ledger.sightWebhook(s.ticket, { id: `e-${s.caseId}`, proof: `p-${s.caseId}` })).isRepeat, true);
    equal((await ledger.sightWebhook(s.ticket, { id: `f-${s.caseId}`, proof: `r-${s.caseId}` })).isRepeat, false);
  },

  'keeps an event once, with a case of its own or for the case that it wakes': async (under) => {
    const s = await story(under);
    const { ledger } = under;
    const event = { source: 'crm', key: `k-${s.caseId}`, name: 'Lead:Create', fields: { price: 12.5, paid: true } };
    const first = await ledger.takeEvent(event, null);
    deepEqual(first, { caseId: `event-crm-${event.key}`, isRepeat: false });
    deepEqual(await ledger.takeEvent({ ...event, fields: {} }, null), { ...first, isRepeat: true });
    const { at, ...kept } = (await ledger.eventOf('crm', event.key))!;
    deepEqual(kept, event);
    ok(!Number.isNaN(Date.parse(at)));
    equal(await ledger.eventOf('crm', 'none'), null);
    const waking = { ...event, key: `w-${s.caseId}` };
    deepEqual(await ledger.takeEvent(waking, { caseId: 'no-such-case' }), { caseId: null, isRepeat: false });
    equal(await ledger.eventOf('crm', waking.key), null);
    deepEqual(await ledger.takeEvent(waking, { caseId: s.caseId }), { caseId: s.caseId, isRepeat: false });
    const { record } = await s.lease();
    equal(record.triggers.at(-1)?.kind, 'event');
  },

  'lets events share a case, and lists the records that they add to it, up to a limit': async (under) => {
    const s = await story(under);
    const { ledger } = under;
    const [b, a] = ['b', 'a'].map((name) => ({ kind: 'design', name }));
    const event = (key: string, links: LinkedRecord[]) =>
      ledger.takeEvent(
        { source: 'crm', key: `${key}-${s.caseId}`, name: 'D', fields: {}, caseKey: s.caseId, links },
        null,
      );
    const { caseId } = await event('1', [b!]);
    deepEqual(await event('2', [b!, a!]), { caseId, isRepeat: false });
    deepEqual(await event('2', [b!, a!]), { caseId, isRepeat: true });
    const full = { caseId: null, isRepeat: false, isFull: true };
    deepEqual(await event('3', new Array<LinkedRecord>(LINKS_MOST).fill(a!)), full);
    const { record } = (await ledger.lease(caseId!, 'one', LEASE_MS))!;
    deepEqual(record.links, { design: ['b', 'a'] });
    equal(record.triggers.length, 2);
  },

  'gives a case to one worker at a time, and to the next when the lease has run out': async (under) => {
    const s = await story(under);
    const { lease } = await s.lease();
    equal(await under.ledger.lease(s.caseId, 'another', LEASE_MS), null);
    await under.pass(LEASE_MS + 1_000);
    const heir = await under.ledger.lease(s.caseId, 'another', LEASE_MS);
    ok(heir && BigInt(heir.lease.fence) > BigInt(lease.fence));
    equal(await under.ledger.renew(lease, LEASE_MS), false);
    await rejects(under.ledger.setState(lease, 'held', 'late'), LeaseLost);
    deepEqual(await under.ledger.release(lease, null, false), { pending: false });
    equal(await under.ledger.lease(s.caseId, 'a third', LEASE_MS), null);
  },

  'tells a visit that is ending of a trigger that came meanwhile': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.lease();
    await under.ledger.spendTriggers(lease, [record.triggers[0]!.id]);
    await under.ledger.setState(lease, 'held', 'why');
    deepEqual(await under.ledger.release(lease, null, false), { pending: false });
    const again = await s.lease();
    await under.ledger.openCase(s.ticket, { key: 'meanwhile', kind: 'changed' });
    deepEqual(await under.ledger.release(again.lease, null, false), { pending: true });
    ok((await under.ledger.dueCases(1_000)).includes(s.caseId));
  },

  'lets no case that is at work sleep without an end': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.lease();
    await under.ledger.spendTriggers(lease, [record.triggers[0]!.id]);
    await under.ledger.setState(lease, 'acting', null);
    await under.ledger.release(lease, null, false);
    await under.pass(1_500);
    ok((await under.ledger.dueCases(1_000)).includes(s.caseId));
  },

  'counts failures one after another': async (under) => {
    const s = await story(under);
    await under.ledger.release((await s.lease()).lease, 10, true);
    await under.ledger.release((await s.lease()).lease, 10, true);
    const { lease, record } = await s.lease();
    equal(record.failures, 2);
    await under.ledger.release(lease, 10, false);
    equal((await s.lease()).record.failures, 0);
  },

  'fills a slot once, whatever decision asks for it': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    await s.claim(lease, firstWrite(record).id);
    await under.ledger.beginSend(lease, firstWrite(record).id, 0);
    await rejects(s.commit(lease, [aReply('a')]));
    await under.ledger.settle(lease, firstWrite(record).id, { state: 'done', reason: null });
    await rejects(s.commit(lease, [aReply('a')]));
    const after = await under.ledger.read(lease);
    deepEqual(
      after.writes.map((w) => w.state),
      ['done'],
    );
  },

  'replaces what has certainly not left by a newer decision': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a'), aPost('b')]);
    await s.claim(lease, firstWrite(record).id);
    await s.commit(lease, [aReply('a')]);
    const after = await under.ledger.read(lease);
    deepEqual(
      after.writes.map((w) => [w.state, w.steps.length]),
      [['planned', 1]],
    );
    ok(after.writes[0]!.seq > record.writes[1]!.seq);
  },

  'claims a planned write once, and keeps what it was claimed with': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    deepEqual(await s.claim(lease, firstWrite(record).id), { kind: 'claimed', maybeSent: false });
    deepEqual(await s.claim(lease, firstWrite(record).id), { kind: 'lost' });
    const write = firstWrite(await under.ledger.read(lease));
    const { state, contentHash, version, thread, sends } = write;
    deepEqual(
      { state, contentHash, version, thread, sends },
      {
        state: 'claimed',
        contentHash: 'hash',
        version: 'v1',
        thread: ['t'],
        sends: 0,
      },
    );
  },

  'prolongs the lease with a claim': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    await under.pass(LEASE_MS - 5_000);
    await s.claim(lease, firstWrite(record).id);
    await under.pass(10_000);
    equal(await under.ledger.lease(s.caseId, 'another', LEASE_MS), null);
    equal(await under.ledger.beginSend(lease, firstWrite(record).id, 0), 'yes');
  },

  'begins no send when the lease is lost or ends too soon': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    const { id } = firstWrite(record);
    equal(await under.ledger.beginSend(lease, id, 0), 'no');
    await s.claim(lease, id);
    equal(await under.ledger.beginSend(lease, id, LEASE_MS + 1_000), 'no');
    equal(await under.ledger.beginSend({ ...lease, owner: 'another' }, id, 0), 'no');
    equal(await under.ledger.beginSend(lease, id, 0), 'yes');
    equal(firstWrite(await under.ledger.read(lease)).sends, 1);
  },

  'counts a mail as sent from its dot on, and takes back what certainly did not arrive': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([anEmail('a'), aReply('b')]);
    const [mail, reply] = record.writes;
    for (const { id } of [mail!, reply!]) {
      await s.claim(lease, id);
      equal(await under.ledger.beginSend(lease, id, 0), 'yes');
    }
    equal(firstWrite(await under.ledger.read(lease)).sends, 0);
    await under.ledger.markDot(lease, mail!.id);
    const wait = { ms: 60_000, reason: 'later', lookedUp: true };
    await under.ledger.postpone(lease, mail!.id, { ...wait, notSent: false });
    await under.ledger.postpone(lease, reply!.id, { ...wait, notSent: true });
    const [a, b] = (await under.ledger.read(lease)).writes;
    deepEqual([a!.sends, a!.lookups, a!.atDot, a!.notSent], [1, 1, true, false]);
    deepEqual([b!.sends, b!.attempts, b!.notSent], [0, 1, true]);
    ok(a!.waitSeconds > 50 && a!.waitSeconds <= 60);
    await under.pass(61_000);
    equal(firstWrite(await under.ledger.read(lease)).waitSeconds, 0);
  },

  'answers each message of the requester once': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    await s.claim(lease, firstWrite(record).id);
    await under.ledger.settle(lease, firstWrite(record).id, { state: 'done', reason: null });
    await s.commit(lease, [aReply('other words')]);
    const second = (await under.ledger.read(lease)).writes.find((w) => w.state === 'planned')!;
    const answer = await s.claim(lease, second.id);
    equal(answer.kind === 'cap' && answer.cap, 'trigger');
  },

  'keeps the caps of a requester, a domain and a minute': async (under) => {
    for (const [caps, cap] of [
      [{ repliesPerRequesterDay: 1 }, 'requester-day'],
      [{ repliesPerDomainHour: 1 }, 'domain-hour'],
    ] as const) {
      const first = await story(under);
      const one = await first.decided([aReply('a')]);
      await first.claim(one.lease, firstWrite(one.record).id, first);
      const second = await story(under);
      const two = await second.decided([aReply('a')]);
      const answer = await second.claim(two.lease, firstWrite(two.record).id, first, { ...CAPS, ...caps });
      equal(answer.kind === 'cap' && answer.cap, cap);
      await under.pass(25 * 3_600_000);
      const { lease } = (await second.lease())!;
      equal((await second.claim(lease, firstWrite(two.record).id, first, { ...CAPS, ...caps })).kind, 'claimed');
    }
  },

  'stops all sending at the breaker until a person lets it go on': async (under) => {
    await under.pass(3_600_000);
    const first = await story(under);
    const one = await first.decided([aReply('a')]);
    await first.claim(one.lease, firstWrite(one.record).id);
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    const caps = { ...CAPS, breakerPerTenMinutes: 1 };
    const answer = await s.claim(lease, firstWrite(record).id, s, caps);
    equal(answer.kind === 'cap' && answer.cap, 'breaker');
    ok(await under.ledger.breaker());
    equal((await s.claim(lease, firstWrite(record).id)).kind, 'cap');
    await under.ledger.resumeAll('Sam');
    equal(await under.ledger.breaker(), null);
    await under.pass(1);
    equal((await s.claim(lease, firstWrite(record).id, s, caps)).kind, 'claimed');
  },

  'tells sales once of an organization within 30 days': async (under) => {
    const first = await story(under);
    const one = await first.decided([anEmail('a')]);
    await first.claim(one.lease, firstWrite(one.record).id, { ...first, handoffKey: first.caseId });
    const second = await story(under);
    const two = await second.decided([anEmail('a')]);
    const handoff = { ...second, handoffKey: first.caseId };
    deepEqual(await second.claim(two.lease, firstWrite(two.record).id, handoff), { kind: 'handed-off' });
    ok(((await under.ledger.handoffDaysAgo(first.caseId, second.caseId)) ?? 1) < 0.1);
    equal(await under.ledger.handoffDaysAgo(first.caseId, first.caseId), null);
  },

  'sends nothing while it is paused, and wakes what waited': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    await under.ledger.pause(null, 'Sam');
    deepEqual(await s.claim(lease, firstWrite(record).id), { kind: 'paused' });
    await under.ledger.resumeAll('Sam');
    await s.claim(lease, firstWrite(record).id);
    await under.ledger.pause(s.programme, 'Sam');
    equal((await under.ledger.pauses())[0]?.programme, s.programme);
    equal(await under.ledger.beginSend(lease, firstWrite(record).id, 0), 'paused');
    await under.ledger.release(lease, 3_600_000, false);
    ok((await under.ledger.waitingSteps(1_000)).some((w) => w.caseId === s.caseId));
    ok((await under.ledger.resumeAll('Sam')) > 0);
    ok((await under.ledger.dueCases(1_000)).includes(s.caseId));
  },

  'believes a person who says what became of a step': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a')]);
    const { id, steps } = firstWrite(record);
    await s.claim(lease, id);
    await rejects(under.ledger.settleByPerson(s.caseId, steps[0]!.id, 'done', 'Sam'), isProblem('step-not-open'));
    await rejects(under.ledger.settleByPerson(s.caseId, '999', 'done', 'Sam'), isProblem('no-such-step'));
    await rejects(under.ledger.settleByPerson('sandbox-none', '1', 'done', 'Sam'), isProblem('no-such-case'));
    await under.ledger.settle(lease, id, { state: 'unsure', reason: 'nobody knows' });
    await under.ledger.setState(lease, 'held', 'nobody knows');
    await under.ledger.settleByPerson(s.caseId, steps[0]!.id, 'again', 'Sam');
    const after = await under.ledger.read(lease);
    deepEqual([after.state, firstWrite(after).state, firstWrite(after).claimedAt], ['acting', 'planned', null]);
  },

  'starts the grace period when it is told to, once': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([aReply('a')], { state: 'waiting', graceMs: 60_000 });
    deepEqual(pick(await under.ledger.read(lease)), [false, null]);
    equal(await under.ledger.startGrace(lease), 60_000);
    equal(await under.ledger.startGrace(lease), 0);
    await under.pass(61_000);
    const over = await under.ledger.read(lease);
    deepEqual(pick(over), [true, 0]);
    await s.commit(lease, [], { graceMs: null });
    equal((await under.ledger.read(lease)).graceOver, true);
    await s.commit(lease, [], { graceMs: 0 });
    deepEqual(pick(await under.ledger.read(lease)), [null, null]);
  },

  'knows since when a case has needed a person': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([]);
    await under.ledger.setState(lease, 'held', 'one');
    await under.pass(10_000);
    await under.ledger.setState(lease, 'held', 'two');
    const held = await under.ledger.read(lease);
    ok(held.heldSeconds! >= 10 && held.reason === 'two');
    await under.ledger.setState(lease, 'done', null);
    const done = await under.ledger.read(lease);
    deepEqual([done.heldSeconds, done.reason], [null, 'two']);
  },

  'keeps what is told of a held case beside its plan': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([aReply('a')]);
    await under.ledger.planNotice(lease, s.planned([aPost('n')]));
    const record = await under.ledger.read(lease);
    deepEqual([record.writes.length, record.notices.length], [1, 1]);
    await rejects(under.ledger.planNotice(lease, s.planned([aPost('n')])));
    ok(await under.ledger.latestTriage(s.caseId));
    equal(await under.ledger.latestTriage('sandbox-none'), null);
  },

  'lends the ticket as it was last decided upon with a sleeping case, unless it is told to have changed': async (
    under,
  ) => {
    const s = await story(under);
    const { ledger } = under;
    const { lease, record } = await s.decided([], { state: 'acting', organizationKey: `acme-${s.caseId}` });
    equal(record.atLease, null);
    const taken = async () => {
      const got = await s.lease();
      await ledger.release(got.lease, null, false);
      return got.record.atLease;
    };
    await ledger.release(lease, null, false);
    deepEqual(await taken(), { knownTicket: null, handoffDaysAgo: null });
    const again = await s.lease();
    await ledger.setState(again.lease, 'held', 'why');
    await ledger.release(again.lease, null, false);
    await ledger.wake(s.caseId, { key: 'list:1', kind: 'list' });
    equal((await taken())?.knownTicket?.updatedAt, s.decidedAt);
    await ledger.wake(s.caseId, { key: 'hook:1', kind: 'changed' });
    equal((await taken())?.knownTicket, null);
    const other = await story(under);
    const { lease: theirs, record: plan } = await other.decided([anEmail('e')]);
    await other.claim(theirs, firstWrite(plan).id, { ...other, handoffKey: `acme-${s.caseId}` });
    equal(Math.round((await taken())!.handoffDaysAgo!), 0);
  },

  'keeps a notice in sight that may have arrived in an earlier episode': async (under) => {
    const s = await story(under);
    const { ledger } = under;
    const { lease } = await s.decided([aReply('a')]);
    await ledger.planNotice(lease, s.planned([aPost('sent'), aPost('planned')]));
    const [sent] = (await ledger.read(lease)).notices;
    await s.claim(lease, sent!.id);
    await ledger.beginSend(lease, sent!.id, 0);
    await s.commit(lease, [aReply('b')], { episode: 2 });
    const seen = await ledger.read(lease);
    deepEqual([seen.writes.length, seen.notices.length], [1, 0]);
    deepEqual(
      seen.leftNotices.map((n) => [n.id, n.episode, n.state, n.sends]),
      [[sent!.id, 1, 'claimed', 1]],
    );
    await ledger.settle(lease, sent!.id, { state: 'done', reason: null });
    deepEqual((await ledger.read(lease)).leftNotices, []);
  },

  'frees the slot of a write that was overtaken, and drops the plan of a case that is none of ours': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([aReply('a'), aPost('b')]);
    await s.claim(lease, firstWrite(record).id);
    await under.ledger.beginSend(lease, firstWrite(record).id, 0);
    await under.ledger.dropReplaced(lease, firstWrite(record).id, 'overtaken');
    await s.commit(lease, [aReply('a')]);
    equal((await under.ledger.read(lease)).writes.length, 1);
    await under.ledger.abandon(lease, 'gone', []);
    const after = await under.ledger.read(lease);
    deepEqual([after.state, after.writes.length, after.reason], ['not-for-usher', 0, 'gone']);
  },

  'opens a finished case again for a correction or a person': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([], { state: 'done' });
    await rejects(under.ledger.correct(s.caseId, s.outcome, 'Sam'), isProblem('outcome-same'));
    await rejects(under.ledger.resumeCase(s.caseId, 'Sam'), isProblem('case-done'));
    await under.ledger.correct(s.caseId, 'another', 'Sam');
    const { triggers } = await under.ledger.read(lease);
    deepEqual([triggers[0]?.kind, triggers[0]?.outcome], ['correction', 'another']);
    deepEqual(await under.ledger.endOf(s.caseId), { outcome: s.outcome, rule: s.rule });
    await under.ledger.setState(lease, 'held', 'why');
    await rejects(under.ledger.correct(s.caseId, 'another', 'Sam'), isProblem('nothing-to-correct'));
    await under.ledger.resumeCase(s.caseId, 'Sam');
    equal((await under.ledger.read(lease)).triggers.at(-1)?.kind, 'person');
  },

  'gives a hand-off the thread of the one before': async (under) => {
    const s = await story(under);
    const { lease, record } = await s.decided([anEmail('a'), aPost('b')]);
    const [mail, post] = record.writes;
    await s.claim(lease, mail!.id);
    await s.claim(lease, post!.id, { ...s, thread: [] });
    await under.ledger.settle(lease, mail!.id, { state: 'done', reason: null, receipt: { messageId: '<1@x>' } });
    await under.ledger.settle(lease, post!.id, { state: 'done', reason: null, receipt: { ts: '7.1' } });
    const after = await under.ledger.read(lease);
    deepEqual(await under.ledger.threadOf(after, { target: 'mail', to: 'sales-development' }), ['<1@x>']);
    deepEqual(await under.ledger.threadOf(after, { target: 'slack', to: 'C1' }), ['7.1']);
    deepEqual(await under.ledger.threadOf(after, { target: 'slack', to: 'C2' }), []);
  },

  'lets one process have a duty until it gives it back or is gone': async ({ ledger, pass }) => {
    equal(await ledger.holdDuty('d', 'one', 40_000), true);
    equal(await ledger.holdDuty('d', 'two', 40_000), false);
    await pass(41_000);
    equal(await ledger.holdDuty('d', 'two', 40_000), true);
    await ledger.releaseDuty('d', 'one');
    equal(await ledger.holdDuty('d', 'one', 40_000), false);
    await ledger.releaseDuty('d', 'two');
    equal(await ledger.holdDuty('d', 'one', 40_000), true);
  },

  'knows which sightings are news': async (under) => {
    const s = await story(under);
    const { helpdesk, ticketId } = s.ticket;
    await under.ledger.openCase({ ...s.ticket, version: 'v9' }, { key: 'seen:v9', kind: 'changed' });
    const known = await under.ledger.knownOf(helpdesk, [
      { ticketId, version: 'v9' },
      { ticketId: 'none', version: 'v9' },
    ]);
    deepEqual([...known.keys()], [ticketId]);
    deepEqual([known.get(ticketId)?.isSeen, known.get(ticketId)?.isDecided], [true, false]);
    const twice = await under.ledger.knownOf(helpdesk, [
      { ticketId, version: 'v9' },
      { ticketId, version: 'v10' },
    ]);
    equal(twice.get(ticketId)?.isSeen, false);
  },

  'goes on with a walk where it was': async ({ ledger, pass }) => {
    const run = await ledger.beginRun('walked', 'reconciliation', new Date('2026-01-01T00:00:00Z'));
    await ledger.saveRun({ ...run, cursor: 'c', seen: 5, missing: 1, at: 'then' }, false);
    await pass(2_000);
    const open = (await ledger.latestRun('walked', 'reconciliation'))!;
    deepEqual([open.cursor, open.seen, open.endedAt, open.since], ['c', 5, null, '2026-01-01T00:00:00.000Z']);
    ok(open.ageSeconds >= 2);
    await ledger.saveRun(open, true);
    ok((await ledger.latestRun('walked', 'reconciliation'))?.endedAt);
    equal(await ledger.latestRun('walked', 'backfill'), null);
    equal(await ledger.polledSecondsAgo('walked'), null);
    await ledger.notePolled('walked');
    ok((await ledger.polledSecondsAgo('walked'))! < 2);
  },

  'keeps cursors and values': async ({ ledger }) => {
    deepEqual(await ledger.cursor('desk'), { cursor: null, since: null });
    await ledger.saveCursor('desk', 'c1', '2026-01-01T00:00:00.000Z');
    equal((await ledger.cursor('desk')).cursor, 'c1');
    equal(await ledger.swap('key', 'one'), null);
    equal(await ledger.swap('key', 'two'), 'one');
    equal(await ledger.keep('kept', () => 'first'), 'first');
    equal(await ledger.keep('kept', () => 'second'), 'first');
  },

  'takes every lease for a dead one at the start of the only process': async (under) => {
    const s = await story(under);
    const { lease } = await s.lease();
    await under.ledger.clearLeases();
    ok((await under.ledger.dueCases(1_000)).includes(s.caseId));
    await rejects(under.ledger.setState(lease, 'held', 'late'), LeaseLost);
  },

  'wakes what is held when the lists change, once a change': async (under) => {
    const s = await story(under);
    const { lease } = await s.decided([], { state: 'held' });
    await under.ledger.release(lease, null, false);
    ok((await under.ledger.wakeHeld('lists:1', s.programme)) > 0);
    await under.ledger.wakeHeld('lists:1', s.programme);
    const { record } = await s.lease();
    equal(record.triggers.filter((t) => t.key === 'lists:1').length, 1);
  },

  'names the newest finished case of each organization': async (under) => {
    const s = await story(under);
    await s.decided([], { state: 'done', organizationKey: `org-${s.caseId}` });
    const found = await under.ledger.finishedByOrganization(90, [s.programme]);
    equal(found.find((f) => f.caseId === s.caseId)?.outcome, s.outcome);
    await under.ledger.wake(s.caseId, { key: 'relisted', kind: 'list' });
    ok((await under.ledger.finishedByOrganization(90, ['another'])).every((f) => f.caseId !== s.caseId));
  },
};

const pick = (record: CaseRecord) => [record.graceOver, record.graceSeconds];
