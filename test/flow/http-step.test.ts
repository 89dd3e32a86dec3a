// Steps that speak to other systems: one record whatever is lost, a person where nobody can know, and rules that read the answer.
import { expect, it } from 'vitest';
import type { Rulebook } from '../../src/core/rulebook.js';
import { THEN } from '../../src/rulebook/grammar-rules.js';
import type { FaultKind } from '../../src/sandbox/faults.js';
import { oneDatabase } from '../storage/databases.js';
import { caseOf, eventsFor } from './event-world.js';

/** Only the request, and then a post that says what came back. */
function requestsOnly(rulebook: Rulebook): Rulebook {
  const [programme] = rulebook.programmes;
  const lead = programme!.rules.find((rule) => rule.id === 'lead')!;
  const request = lead.then.filter((effect) => effect.type === 'http');
  const answered = {
    ...lead,
    id: 'answered',
    when: { kind: 'test' as const, fact: 'case.values.lead_id', op: 'exists' as const, value: true },
    [THEN]: lead.then.filter((effect) => effect.type === 'slack'),
  };
  return { ...rulebook, programmes: [{ ...programme!, rules: [answered, { ...lead, [THEN]: request }] }] };
}

oneDatabase((open) => {
  const endpoint = { url: '', secret: 'crm', header: 'Authorization', isIdempotent: true };
  const events = eventsFor(open, (rulebook) => {
    const changed = requestsOnly(rulebook);
    return { ...changed, directory: { ...changed.directory, endpoints: { 'ecologic-crm': endpoint } } };
  });

  let n = 0;
  const lead = async (isIdempotent: boolean) => {
    endpoint.isIdempotent = isIdempotent;
    n += 1;
    const data = { action: 'solar_pv', reply_email: `h${n}@mail.example` };
    return caseOf(await events.send({ event: 'RequestQuote:Create', data }));
  };
  const records = () => events.others.state().records.filter((r) => JSON.stringify(r.content).includes(`h${n}@`));
  const posts = () => events.world.slack.posts('C0ECOLEADS').length;

  it('decides again with what was answered, in the same episode', async () => {
    const before = posts();
    const caseId = await lead(true);
    await events.work(caseId);
    expect(records().map((r) => [r.system, r.content])).toMatchObject([['ecologic-crm', { interest: 'solar_pv' }]]);
    expect(posts()).toBe(before + 1);
    const detail = await events.world.detail(caseId);
    expect(detail).toMatchObject({ state: 'done', rule: 'answered', episode: 1 });
    expect(detail.decisions[0]!.triage.facts.case.values).toEqual({ lead_id: records()[0]!.id });
  });

  it('is found again by what the other system calls it', async () => {
    const caseId = await lead(true);
    await events.work(caseId);
    const [record] = records();
    const event = { source: 'crm', key: `k${n}`, name: 'Lead:Won', fields: { lead_id: record!.id } };
    const { ledger } = events.deps;
    expect(await ledger.takeEvent(event, { name: 'lead_id', value: 'another' })).toEqual({
      caseId: null,
      isRepeat: false,
    });
    expect(await ledger.takeEvent(event, { name: 'lead_id', value: record!.id })).toEqual({ caseId, isRepeat: false });
    expect(await ledger.takeEvent(event, { name: 'lead_id', value: record!.id })).toEqual({ caseId, isRepeat: true });
  });

  it.each<FaultKind>(['500', '500-applied', 'reset-before', 'applied-then-reset', '502-html', '503-applied'])(
    'makes one record at a system that takes keys, when the answer is %s',
    async (kind) => {
      const caseId = await lead(true);
      events.others.fault(kind, { times: 2 });
      await events.work(caseId);
      expect(records().length).toBe(1);
      expect((await events.world.detail(caseId)).state).toBe('done');
    },
  );

  it.each<FaultKind>(['500-applied', 'applied-then-reset'])(
    'asks a person, and asks nobody twice, at a system without keys when the answer is %s',
    async (kind) => {
      const caseId = await lead(false);
      events.others.fault(kind);
      const asked = events.others.requests.length;
      await events.work(caseId);
      expect(events.others.requests.length).toBe(asked + 1);
      const detail = await events.world.detail(caseId);
      expect(detail.state).toBe('held');
      expect(detail.stepDetails.find((s) => s.type === 'http')!.state).toBe('unsure');
    },
  );

  it('takes a no for a no, and says it on the case', async () => {
    const caseId = await lead(true);
    events.others.fault('422');
    await events.work(caseId);
    const detail = await events.world.detail(caseId);
    expect(detail.stepDetails.find((s) => s.type === 'http')!.state).toBe('refused');
    expect(detail.reason).toContain('422');
  });

  it('makes one record when the process dies after the answer came', async () => {
    const caseId = await lead(true);
    expect(await events.work(caseId, { at: 'answer-received', nth: 1 })).toBe('died');
    await events.leftAlone(caseId);
    await events.work(caseId);
    expect(records().length).toBe(1);
    expect((await events.world.detail(caseId)).rule).toBe('answered');
  });
});
