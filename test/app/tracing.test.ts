// Spans: a collector on a socket of its own receives them, with ids, and nothing that a customer wrote.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startTracing } from '../../src/app/tracing.js';

it('sends a visit with what was done inside it, and how it failed without the words', async () => {
  const bodies: { path: string; text: string }[] = [];
  const collector = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      bodies.push({ path: request.url ?? '', text: text.toString('utf8') });
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  try {
    expect(await startTracing(undefined, false)).toBeNull();
    const tracing = (await startTracing(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/`, false))!;
    await tracing.span('usher.visit', { 'usher.case': 'zendesk-7' }, () =>
      tracing.span('usher.write', { 'usher.write': '12' }, async () => {}),
    );
    const failing = tracing.span('usher.visit', { 'usher.case': 'zendesk-8' }, async () => {
      throw new TypeError('what Ann wrote');
    });
    await expect(failing).rejects.toThrow('what Ann wrote');
    await tracing.stop();
    expect(bodies.map((b) => b.path)).toEqual(['/v1/traces']);
    const said = JSON.parse(bodies[0]!.text) as {
      resourceSpans: {
        scopeSpans: {
          spans: { name: string; spanId: string; parentSpanId?: string; status: { message?: string } }[];
        }[];
      }[];
    };
    const spans = said.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans));
    expect(spans.map((s) => s.name)).toEqual(['usher.write', 'usher.visit', 'usher.visit']);
    expect(spans[0]!.parentSpanId).toBe(spans[1]!.spanId);
    expect(spans[2]!.status.message).toBe('TypeError');
    expect(bodies[0]!.text).toContain('zendesk-8');
    expect(bodies[0]!.text).not.toContain('Ann');
  } finally {
    collector.close();
  }
});

it.each([
  ['http://192.168.1.5:4318', 'url-not-https'],
  ['https://192.168.1.5:4318', 'url-private'],
  ['http://collector.example:4318', 'url-not-https'],
])('sends nothing to %s unless the private network is allowed', async (endpoint, code) => {
  await expect(startTracing(endpoint, false)).rejects.toThrow(code);
  const tracing = await startTracing(endpoint, true);
  await tracing?.stop();
});
