// The routes for events: what is handed over, and what a prefetch, a link scanner or a HEAD does not do.
import { afterEach, describe, expect, it } from 'vitest';
import type { EventDelivery } from '../../src/http/http-options.js';
import { startTestConsole, type TestConsole, visit } from './console-server.js';

let running: TestConsole[] = [];
const start = async () => {
  const seen: EventDelivery[] = [];
  const events = async (delivery: EventDelivery) => {
    seen.push(delivery);
    if (delivery.query === 'fail') throw new Error('the database is away');
    return { status: 200, body: { taken: 'event-crm-1' } };
  };
  const server = await startTestConsole({ events });
  running.push(server);
  return { seen, url: `${server.address}/events/crm` };
};
const json = { 'content-type': 'application/json' };

afterEach(async () => {
  await Promise.all(running.map((s) => s.close()));
  running = [];
});

describe('events', () => {
  it('hands over source, query and exact bytes, and lets nobody keep the answer', async () => {
    const { seen, url } = await start();
    const answer = await visit(`${url}?secret=a%20b&x=1`, { method: 'POST', body: '{ "a":1 }\n', headers: json });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ taken: 'event-crm-1' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(seen[0]).toMatchObject({ source: 'crm', method: 'POST', query: 'secret=a%20b&x=1' });
    expect(seen[0]!.rawBody.toString()).toBe('{ "a":1 }\n');
  });

  it('takes a GET without a body', async () => {
    const { seen, url } = await start();
    expect((await visit(`${url}?secret=s&id=7`)).status).toBe(200);
    expect(seen[0]).toMatchObject({ method: 'GET', query: 'secret=s&id=7' });
    expect(seen[0]!.rawBody.length).toBe(0);
  });

  it.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE'])('does nothing on %s', async (method) => {
    const { seen, url } = await start();
    expect((await visit(`${url}?secret=s`, { method })).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it('asks for it again when it could not be kept, and refuses what is no JSON or too large', async () => {
    const { url } = await start();
    const failed = await visit(`${url}?fail`, { method: 'POST', body: '{}', headers: json });
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '30']);
    expect((await visit(url, { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    );
    expect((await visit(url, { method: 'POST', body: `"${'x'.repeat(300_000)}"`, headers: json })).status).toBe(413);
  });
});
