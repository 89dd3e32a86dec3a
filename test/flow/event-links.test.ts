// Events that share a case: the round trip of a value to another system and back, records that join the case, and turns.
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eventDoor } from '../../src/app/event-door.js';
import { LINKS_MOST } from '../../src/core/event.js';
import type { Rulebook } from '../../src/core/rulebook.js';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { inTurn } from '../../src/flow/event-turns.js';
import type { CaseRecord } from '../../src/ledger.js';
import { oneDatabase } from '../storage/databases.js';
import { caseOf, eventsFor, URI_SECRET } from './event-world.js';

const MOMENTS: Checkpoint[] = ['decision-committed', 'write-claimed', 'send-begun', 'answer-received', 'write-settled'];

/** The CRM tells of its leads too, as a source of its own. */
function withCrm(rulebook: Rulebook): Rulebook {
  const field = { type: 'text' as const, most: 60, required: true, personal: false };
  return {
    ...rulebook,
    programmes: rulebook.programmes.map((p) => ({
      ...p,
      sources: [
        ...p.sources,
        {
          ...p.sources[0]!,
          name: 'crm',
          events: {
            'lead:won': {
              id: ['lead_id'],
              wakes: { kind: 'value' as const, field: 'lead_id', name: 'lead_id' },
              fields: { lead_id: field },
            },
          },
        },
      ],
    })),
  };
}

oneDatabase((open) => {
  const events = eventsFor(open, withCrm, 'aurora-crm-integration');
  let n = 0;

  const get = (fields: Record<string, string>) =>
    events.send('', {
      source: 'aurora',
      method: 'GET',
      query: new URLSearchParams({ secret: URI_SECRET, ...fields }).toString(),
    });
  /** A project of its own, and the events that speak of it. */
  const aProject = () => {
    n += 1;
    const project_id = `P-${n}`;
    return {
      id: project_id,
      synchronized: (more = {}) =>
        get({ event: 'project:synchronized', project_id, record_id: `R-${n}`, name: 'Brückner', ...more }),
      design: (design_id: string, title: string) => get({ event: 'design:created', project_id, design_id, title }),
      /** What the CRM was told of it: the request without its host, and the body. */
      told: () =>
        events.others
          .state()
          .records.filter((r) => (r.content as { project_id: string }).project_id === project_id)
          .map((r) => ({ id: r.id, request: r.request, ...(r.content as object) })),
    };
  };

  it('brings the number of the lead back to the record, once, however often the event is fetched', async () => {
    const project = aProject();
    const first = await project.synchronized();
    expect(await project.synchronized()).toEqual(first);
    await events.work(caseOf(first));
    expect(await project.synchronized()).toEqual(first);
    await events.work(caseOf(first));
    const [lead, record, ...more] = project.told();
    expect(lead).toMatchObject({ request: 'POST /leads', name: 'Brückner' });
    expect(record).toMatchObject({ request: `PUT /records/R-${n}`, lead_id: lead!.id, designs: '' });
    expect(more).toEqual([]);
    expect(await events.world.detail(caseOf(first))).toMatchObject({ state: 'done', outcome: 'lead-linked' });
  });

  it('takes several events of one project in turn, into one case that lists its records', async () => {
    const project = aProject();
    const answers = [
      await project.synchronized(),
      await project.design('D-1', '7 kW'),
      await project.design('D-2', '10 kW'),
    ];
    expect(new Set(answers.map(caseOf)).size).toBe(1);
    await events.work(caseOf(answers[0]!));
    const told = project.told();
    expect(told.map((t) => t.request)).toEqual([
      'POST /leads',
      `PUT /records/R-${n}`,
      `PUT /leads/${told[0]!.id}`,
      `PUT /leads/${told[0]!.id}`,
    ]);
    expect(told.at(-1)).toMatchObject({ designs: 'D-1 7 kW, D-2 10 kW' });
    const detail = await events.world.detail(caseOf(answers[0]!));
    expect(detail.links).toEqual({ project: [project.id], design: ['D-1 7 kW', 'D-2 10 kW'] });
    expect(detail).toMatchObject({ state: 'done', episode: 3, rule: 'design' });
    expect(detail.decisions[0]!.triage.facts.case.links).toEqual({ ...detail.links, screenshot: [] });
  });

  it('asks for no second lead when a project is synchronized again with other values', async () => {
    const project = aProject();
    const caseId = caseOf(await project.synchronized());
    await events.work(caseId);
    expect(caseOf(await project.synchronized({ changed: '2026-05-01T10:00:00Z' }))).toBe(caseId);
    await events.work(caseId);
    expect(project.told().map((t) => t.request)).toEqual(['POST /leads', `PUT /records/R-${n}`, `PUT /records/R-${n}`]);
  });

  it.each(MOMENTS)('loses and doubles nothing when the process dies at %s and further events wait', async (at) => {
    const project = aProject();
    const caseId = caseOf(await project.synchronized());
    await project.design('D-1', '7 kW');
    expect(await events.work(caseId, { at, nth: 1 })).toBe('died');
    await project.design('D-2', '10 kW');
    await events.leftAlone(caseId);
    await events.work(caseId);
    const told = project.told();
    expect(told.map((t) => t.request?.split('/')[1])).toEqual(['leads', 'records', 'leads', 'leads']);
    expect(told.at(-1)).toMatchObject({ designs: 'D-1 7 kW, D-2 10 kW' });
  });

  it("wakes a project's case by what another source says of its lead", async () => {
    const project = aProject();
    const caseId = caseOf(await project.synchronized());
    await events.work(caseId);
    const answer = await events.send('', {
      source: 'crm',
      method: 'GET',
      query: new URLSearchParams({ secret: URI_SECRET, event: 'lead:won', lead_id: project.told()[0]!.id }).toString(),
    });
    expect(caseOf(answer)).toBe(caseId);
    await events.work(caseId);
    const { decisions } = await events.world.detail(caseId);
    expect(decisions[0]!.triage.facts.event).toMatchObject({ source: 'crm', name: 'lead:won' });
    expect(decisions[0]!.triage.decision.programme).toBe('aurora-crm-integration');
    // What comes next finds the event that was decided last.
    await events.deps.ledger.wake(caseId, { key: 'person:look', kind: 'person' });
    await events.work(caseId);
    expect((await events.world.detail(caseId)).decisions[0]!.triage.facts.event).toMatchObject({ source: 'crm' });
  });

  it('asks a person about a design that comes first, and takes it along when the project follows', async () => {
    const project = aProject();
    const caseId = caseOf(await project.design('D-1', '7 kW'));
    await events.work(caseId);
    expect(await events.world.detail(caseId)).toMatchObject({ state: 'held', rule: 'design-too-early' });
    expect(caseOf(await project.synchronized())).toBe(caseId);
    await events.work(caseId);
    expect(project.told().map((t) => t.request)).toEqual(['POST /leads', `PUT /records/R-${n}`]);
    expect(project.told().at(-1)).toMatchObject({ designs: 'D-1 7 kW' });
    expect(await events.world.detail(caseId)).toMatchObject({ state: 'done', episode: 2 });
  });

  it('refuses a record more than a case can list, and keeps nothing of it', async () => {
    const project = aProject();
    const caseId = caseOf(await project.design('D-0', 'x'));
    const many = Array.from({ length: LINKS_MOST - 1 }, (_, i) => ({ kind: 'design', name: `more ${i}` }));
    await sql`update usher.events set links = links || ${JSON.stringify(many)}::jsonb where case_id = ${caseId}`.execute(
      events.db.kysely(),
    );
    const before = await events.count('events');
    expect(await project.design('D-1', 'y')).toMatchObject({ status: 422, body: { problems: [/linked records/] } });
    expect(await events.count('events')).toBe(before);
  });

  it('tells nobody which secret is missing, but the log', async () => {
    const { rulebook } = await events.deps.knowledge();
    const door = eventDoor(events.deps, { rulebook: () => rulebook, secrets: () => undefined, counts: events.counts });
    const asked = {
      source: 'aurora',
      method: 'GET' as const,
      query: 'secret=x',
      headers: {},
      rawBody: Buffer.alloc(0),
    };
    expect(await door(asked)).toEqual({ status: 503, body: { error: 'not ready' } });
    expect(events.logged.join()).toContain('"secret":"aurora-events"');
  });

  it.each([
    ['a wrong secret', { secret: 'guess' }, 401],
    ['a placeholder that nobody filled in', { record_id: '$record_id' }, 422],
    ['no project', { project_id: '' }, 422],
  ])('keeps nothing of a GET with %s', async (_what, more, status) => {
    const before = [await events.count('cases'), await events.count('events')];
    expect((await aProject().synchronized(more)).status).toBe(status);
    expect([await events.count('cases'), await events.count('events')]).toEqual(before);
  });
});

describe('the turn of an event', () => {
  const event = (id: string) => ({ id, kind: 'event' as const, key: `event:crm:${id}`, outcome: null, event: 'E' });
  const other = { id: '9', kind: 'person' as const, key: 'resumed', outcome: null, event: null };
  const turns = (change: object) => {
    const record = { helpdesk: 'event-crm', state: 'done', writes: [], triggers: [event('1'), event('2')], ...change };
    return inTurn(record as unknown as CaseRecord).triggers.map((t) => t.id);
  };

  it.each<[string, object, string[]]>([
    ['the oldest of two', {}, ['1']],
    ['none while steps are open', { state: 'acting' }, []],
    ['none while a person must settle a step', { state: 'held', writes: [{ state: 'unsure' }] }, []],
    ['the oldest when a person must decide', { state: 'held', writes: [{ state: 'done' }] }, ['1']],
    ['the oldest on a held ticket', { helpdesk: 'zendesk', state: 'held', writes: [{ state: 'refused' }] }, ['1']],
    ['none before what a person asked for', { triggers: [event('1'), other] }, ['9']],
    ['the oldest on a ticket too', { helpdesk: 'zendesk' }, ['1']],
  ])('is given to %s', (_what, change, expected) => {
    expect(turns(change)).toEqual(expected);
  });
});
