// Events out: what subscribers are told, signed and with ids only, repeated under one id, and paused when nobody takes it.
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { webhooks } from '../../src/adapters/http/webhooks.js';
import { verifyStandard } from '../../src/adapters/standard-webhooks.js';
import type { CaseEventType } from '../../src/core/case-events.js';
import { beginDeliveries, type DeliverDeps, deliverEvents, WAITS_MS } from '../../src/flow/deliver-events.js';
import type { Deliveries } from '../../src/ledger/deliveries.js';
import { deliveryStore } from '../../src/storage/deliveries.js';
import { eraseOld } from '../../src/storage/retention.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { gate } from '../storage/tally.js';
import { caseOf, eventsFor } from './event-world.js';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

oneDatabase((open) => {
  const events = eventsFor(open);
  let store: Deliveries;
  let deps: DeliverDeps;
  let subscribers: { name: string; events: CaseEventType[] }[] = [];
  let n = 0;

  beforeAll(async () => {
    store = deliveryStore(events.db.kysely());
    deps = {
      ...events.deps,
      deliveries: store,
      subscribers: () => subscribers,
      idOf: (id) => `msg_${id}`,
      webhooks: webhooks({
        subscriber: (name) => ({ url: `${events.others.url}/${name}`, secret: 's', events: [] }),
        secret: () => SECRET,
        allowPrivateNetwork: true,
        timeoutMs: 1_000,
      }),
    };
  }, OPENING_MS);
  beforeEach(async () => {
    n += 1;
    subscribers = [{ name: `portal-${n}`, events: ['case.opened', 'case.decided', 'case.held', 'case.done'] }];
    await store.listen(true);
    await sql`delete from usher.deliveries`.execute(events.db.kysely());
  });

  const lead = async (more: object = {}) => {
    const data = { action: 'solar_pv', street: `${n} Elm Court`, reply_email: `e${n}@mail.example`, ...more };
    const caseId = caseOf(await events.send({ event: 'RequestQuote:Create', data }));
    await events.work(caseId);
    return caseId;
  };
  const asked = () => events.others.requests.filter((r) => r.path.startsWith(`/portal-${n}`));
  const typesOf = () => asked().map((r) => (JSON.parse(r.body) as { type: string }).type);
  const due = () => sql`update usher.deliveries set due_at = now() where state = 'waiting'`.execute(events.db.kysely());

  it('tells what became of a case, signed, with ids, outcome and rule and nothing that anybody wrote', async () => {
    const caseId = await lead();
    await deliverEvents(deps);
    expect(typesOf().sort()).toEqual(['case.decided', 'case.decided', 'case.done', 'case.opened']);
    for (const { headers, body } of asked()) {
      expect(verifyStandard(SECRET, headers, Buffer.from(body), events.deps.clock.now().getTime())).toEqual({
        ok: true,
      });
      const { data } = JSON.parse(body) as { data: Record<string, unknown> };
      expect(Object.keys(data).sort()).toEqual([
        'case',
        'episode',
        'helpdesk',
        'outcome',
        'programme',
        'rule',
        'ticket',
      ]);
      expect(data).toMatchObject({ case: caseId, rule: 'lead', outcome: 'lead-passed-to-sales' });
      expect(body).not.toContain('Elm Court');
    }
    await due();
    await deliverEvents(deps);
    expect(asked().length).toBe(4);
    expect((await store.list(9)).map((d) => [d.state, d.status, d.attempts])).toEqual(
      Array(4).fill(['delivered', '201', 1]),
    );
  });

  it('tells of a hold, and only what is subscribed to', async () => {
    subscribers = [{ name: `portal-${n}`, events: ['case.held'] }];
    await lead({ reply_email: '' });
    await deliverEvents(deps);
    expect(typesOf()).toEqual(['case.held']);
  });

  it('keeps nothing while nobody subscribes', async () => {
    await store.listen(false);
    const caseId = await lead();
    const kept = await sql`select 1 from usher.case_events where case_id = ${caseId}`.execute(events.db.kysely());
    expect(kept.rows).toEqual([]);
  });

  it('tells nobody who begins to subscribe what happened before', async () => {
    await lead();
    await store.listen(false);
    await store.listen(true);
    await deliverEvents(deps);
    expect(asked()).toEqual([]);
    await lead({ street: 'another' });
    // Said again, as every start does: what waits is kept.
    await store.listen(true);
    await deliverEvents(deps);
    expect(asked().length).toBe(4);
  });

  it('keeps nobody waiting for a subscriber that answers slowly', async () => {
    const [slow, quick] = [`slow-${n}`, `quick-${n}`];
    subscribers = [slow, quick].map((name) => ({ name, events: ['case.done'] }));
    const door = gate();
    const told: string[] = [];
    const send: DeliverDeps['webhooks']['send'] = async ({ subscriber }) => {
      told.push(subscriber);
      if (subscriber === slow) await door.passed;
      return { kind: 'delivered', status: '200' };
    };
    const slowly = { ...deps, webhooks: { send } };
    const busy = new Map<string, Promise<void>>();
    await lead();
    await beginDeliveries(slowly, busy);
    await busy.get(quick);
    await lead({ street: 'another' });
    await beginDeliveries(slowly, busy);
    await busy.get(quick);
    expect(told.sort()).toEqual([quick, quick, slow]);
    door.open();
    await Promise.all(busy.values());
    await beginDeliveries(slowly, busy);
    await Promise.all(busy.values());
    expect(told.sort()).toEqual([quick, quick, slow, slow]);
    expect(busy.size).toBe(0);
  });

  it('sends each once when several processes deliver at the same time', async () => {
    await lead();
    await Promise.all([deliverEvents(deps), deliverEvents(deps), deliverEvents(deps)]);
    await deliverEvents(deps);
    expect(typesOf().length).toBe(4);
  });

  it('says nothing while all sending is stopped, and all of it afterwards', async () => {
    await lead();
    await events.deps.ledger.pause(null, 'an operator');
    await deliverEvents(deps);
    expect(asked()).toEqual([]);
    await events.deps.ledger.resumeAll('an operator');
    await deliverEvents(deps);
    expect(asked().length).toBe(4);
  });

  it('repeats over three days under the same id, then pauses the subscriber, until a person goes on', async () => {
    subscribers = [{ name: `portal-${n}`, events: ['case.done'] }];
    await lead();
    events.others.fault('503', { times: WAITS_MS.length + 1 });
    const waits: number[] = [];
    for (const _ of [...WAITS_MS, 0]) {
      await deliverEvents(deps);
      const left = await sql<{
        s: number;
      }>`select extract(epoch from due_at - now())::float8 as s from usher.deliveries`.execute(events.db.kysely());
      waits.push(left.rows[0]!.s * 1_000);
      await due();
    }
    for (const [i, ms] of WAITS_MS.entries()) {
      expect(waits[i]).toBeGreaterThan(ms - 2_000);
      expect(waits[i]).toBeLessThan(ms * 1.1 + 2_000);
    }
    expect(WAITS_MS.reduce((sum, ms) => sum + ms, 0) / 3_600_000).toBeGreaterThan(72);
    expect(new Set(asked().map((r) => r.headers['webhook-id'])).size).toBe(1);
    const [failed] = await store.list(1);
    expect(failed).toMatchObject({ state: 'failed', status: '503', attempts: WAITS_MS.length + 1 });
    expect(await store.pauses()).toMatchObject([{ subscriber: `portal-${n}`, reason: expect.stringContaining('503') }]);
    expect(events.logged.join('\n')).toContain('a subscriber is paused');

    await lead({ street: 'another' });
    const before = asked().length;
    await deliverEvents(deps);
    expect(asked().length).toBe(before);
    expect(await store.resume(`portal-${n}`)).toBe(true);
    expect(await store.resume(`portal-${n}`)).toBe(false);
    expect(await store.replay(failed!.id)).toBe(true);
    await deliverEvents(deps);
    expect(asked().length).toBe(before + 2);
    expect(asked().map((r) => r.headers['webhook-id'])).toContain(asked()[0]!.headers['webhook-id']);
    expect((await store.list(9)).map((d) => d.state)).toEqual(['delivered', 'delivered']);
    expect(await store.replay('999999')).toBe(false);
  });

  it('asks a subscriber that wants no more nothing more', async () => {
    const gone: DeliverDeps = { ...deps, webhooks: { send: async () => ({ kind: 'gone', status: '410' }) } };
    subscribers = [{ name: `portal-${n}`, events: ['case.done'] }];
    await lead();
    await deliverEvents(gone);
    expect((await store.pauses()).map((p) => p.subscriber)).toContain(`portal-${n}`);
    expect((await store.list(1))[0]).toMatchObject({ state: 'failed', status: '410', attempts: 1 });
  });

  it('forgets deliveries and event contents with the rest', async () => {
    const caseId = await lead();
    await deliverEvents(deps);
    const old = sql`interval '200 days'`;
    await sql`update usher.cases set updated_at = now() - ${old} where id = ${caseId}`.execute(events.db.kysely());
    await sql`update usher.deliveries set settled_at = now() - ${old}`.execute(events.db.kysely());
    await sql`update usher.case_events set spread_at = now() - ${old} where case_id = ${caseId}`.execute(
      events.db.kysely(),
    );
    await eraseOld(events.db.kysely(), 180);
    expect(await store.list(1)).toEqual([]);
    const left = await sql<{
      kept: string;
    }>`select (select coalesce(json_agg(w.receipt)::text, '') from usher.writes w where w.case_id = ${caseId} and w.target = 'http')
      || (select json_agg(s.effect)::text from usher.steps s where s.case_id = ${caseId})
      || (select fields::text from usher.events where case_id = ${caseId}) || (select count(*) from usher.case_events where case_id = ${caseId}) as kept`.execute(
      events.db.kysely(),
    );
    expect(left.rows[0]!.kept).not.toMatch(/Elm Court|mail\.example|value\./);
    expect(left.rows[0]!.kept.endsWith('{}0')).toBe(true);
  });
});
