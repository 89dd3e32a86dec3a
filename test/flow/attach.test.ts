// A file attached to a reply: once, with the very words that speak of it, and a person where it cannot be had or is not what it says.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointFiles } from '../../src/adapters/http/files.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { measureImage } from '../../src/images/measure-image.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { greyPng } from '../../src/sandbox/zendesk-files.js';
import { type TinyServer, tinyServer } from '../adapters/tiny-server.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { knowledgeWith } from './knowledge-with.js';
import { type Death, startWorld, type World } from './world.js';

const RULES = `  - id: with-drawing
    title: The drawing goes along
    when: { match.verdict: listed }
    outcome: drawing-sent
    then:
      - reply: initial-response
      - attach: { from: ecologic-crm, path: "/drawings/{{ ticket.id }}", name: drawing, types: [png, dxf], bytesMost: 2000 }
      - status: pending
`;
const DXF = '  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n';

oneDatabase((open) => {
  let world: World;
  let store: TinyServer;
  let knowledge: FlowDeps['knowledge'];
  let answer: { status: number; body: string | Buffer; headers?: Record<string, string> };
  beforeAll(async () => {
    world = await startWorld(await open());
    store = await tinyServer((_asked, outgoing) =>
      outgoing.writeHead(answer.status, answer.headers ?? {}).end(answer.body),
    );
    const changed = await knowledgeWith(world.knowledge, RULES);
    knowledge = async () => changed;
  }, OPENING_MS);
  afterAll(async () => {
    await Promise.all([world.close(), store.close()]);
  });

  const spawn = (death: Death | null = null) => {
    const process = world.process(death, { knowledge, measureImage });
    const files = endpointFiles({
      endpoint: () => ({ url: store.url, secret: null, header: 'Authorization', isIdempotent: false }),
      secret: () => undefined,
      allowPrivateNetwork: true,
      timeoutMs: 500,
    });
    process.deps.hands = { ...process.deps.hands!, files };
    return process;
  };
  const file = () => world.file(sampleCompanies.brightfield);
  /** Files on the ticket's comments by us, by name, type and size. */
  const attached = (ticketId: string) =>
    world.zendesk
      .ticket(ticketId)
      .comments.flatMap((c) => c.attachments.map((a) => [a.file_name, a.content_type, a.size]));
  const detail = (ticketId: string) => world.detail(`sandbox-${ticketId}`);

  it.each([
    ['a picture', greyPng(120, 80), 'drawing.png', 'image/png'],
    ['a drawing', Buffer.from(DXF), 'drawing.dxf', 'image/vnd.dxf'],
  ])('goes along with the reply: %s, named by what it is', async (_what, body, name, type) => {
    // What its system calls it is not believed.
    answer = { status: 200, body, headers: { 'content-type': 'text/html' } };
    const ticketId = file();
    expect(await spawn().run(ticketId)).toBe('at-rest');
    expect(world.replies(ticketId)).toHaveLength(1);
    expect(attached(ticketId)).toEqual([[name, type, body.length]]);
    expect(store.asked.at(-1)!.path).toBe(`/drawings/${ticketId}`);
    const steps = (await detail(ticketId)).stepDetails;
    expect(new Set(steps.map((s) => s.write)).size).toBe(1);
    expect(steps.map((s) => [s.type, s.state])).toEqual([
      ['reply', 'done'],
      ['attach', 'done'],
      ['status', 'done'],
    ]);
  });

  it.each<[string, typeof answer, RegExp]>([
    ['too large', { status: 200, body: 'x'.repeat(2_001) }, /larger than 2000 bytes/],
    ['no picture', { status: 200, body: '<html>Sign in</html>' }, /is no png and no dxf/],
    ['a picture of another kind', { status: 200, body: 'GIF89a\u0001' }, /is no png and no dxf/],
    ['a damaged picture', { status: 200, body: greyPng(9, 9).subarray(0, 12) }, /cannot be read/],
    ['elsewhere', { status: 302, body: '', headers: { location: 'https://files.example/' } }, /redirects/],
    ['gone', { status: 404, body: '' }, /404/],
  ])('keeps the reply back and asks a person when the file is %s', async (_what, given, reason) => {
    answer = given;
    const ticketId = file();
    expect(await spawn().run(ticketId)).toBe('at-rest');
    expect(world.replies(ticketId)).toEqual([]);
    const { state, reason: why } = await detail(ticketId);
    expect([state, why]).toEqual(['held', expect.stringMatching(reason)]);
    expect(why).toMatch(/"drawing" of ecologic-crm/);
  });

  it('sends it when what stood in the way is mended and a person says so', async () => {
    answer = { status: 404, body: '' };
    const ticketId = file();
    await spawn().run(ticketId);
    answer = { status: 200, body: DXF };
    const refused = (await detail(ticketId)).stepDetails.find((s) => s.state === 'refused')!;
    await spawn().deps.ledger.settleByPerson(`sandbox-${ticketId}`, refused.id, 'again', 'Ann');
    expect(await spawn().run(ticketId)).toBe('at-rest');
    expect([world.replies(ticketId).length, attached(ticketId).length]).toEqual([1, 1]);
  });

  it('waits for a system that is down', async () => {
    answer = { status: 503, body: '' };
    const ticketId = file();
    const running = spawn().run(ticketId);
    await expect.poll(() => store.asked.map((a) => a.path)).toContain(`/drawings/${ticketId}`);
    answer = { status: 200, body: DXF };
    expect(await running).toBe('at-rest');
    expect([world.replies(ticketId).length, attached(ticketId).length]).toEqual([1, 1]);
  });

  it.each(['reset-before', '503', 'applied-then-reset', '500-applied'] as const)(
    'attaches nothing twice when the file was uploaded and its update meets %s',
    async (fault) => {
      answer = { status: 200, body: DXF };
      const ticketId = file();
      let struck = 0;
      world.zendesk.fault(fault, {
        match: ({ method, path }) => {
          const fits = method === 'PUT' && path.startsWith(`/api/v2/tickets/${ticketId}`);
          if (fits) struck += 1;
          return fits;
        },
      });
      expect(await spawn().run(ticketId)).toBe('at-rest');
      expect([struck, world.replies(ticketId).length, attached(ticketId).length]).toEqual([1, 1, 1]);
    },
  );

  it.each(['write-claimed', 'send-begun', 'answer-received'] as const)(
    'attaches nothing twice when the process dies at %s',
    async (at) => {
      answer = { status: 200, body: DXF };
      const ticketId = file();
      expect(await spawn({ at, nth: 1 }).run(ticketId)).toBe('died');
      const heir = spawn();
      await heir.deps.ledger.clearLeases();
      expect(await heir.run(ticketId)).toBe('at-rest');
      expect([world.replies(ticketId).length, attached(ticketId).length]).toEqual([1, 1]);
    },
  );

  it('asks a person when the file is another one than at the claim', async () => {
    answer = { status: 200, body: DXF };
    const ticketId = file();
    expect(await spawn({ at: 'write-claimed', nth: 1 }).run(ticketId)).toBe('died');
    answer = { status: 200, body: greyPng(3, 3) };
    const heir = spawn();
    await heir.deps.ledger.clearLeases();
    expect(await heir.run(ticketId)).toBe('at-rest');
    expect(world.replies(ticketId)).toEqual([]);
    expect((await detail(ticketId)).reason).toMatch(/another one than when this step was begun/);
  });
});
