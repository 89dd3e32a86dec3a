// What the pages show of events: a case's linked records, what other systems were told, and files that went onto tickets.
import { afterEach, expect, it } from 'vitest';
import { startTestConsole, type TestConsole, visit } from './console-server.js';

let server: TestConsole;
afterEach(() => server?.close());

it('lists the linked records of a case by their kind, as text', async () => {
  server = await startTestConsole();
  const { text } = await visit(`${server.address}/cases/sandbox-5003`);
  expect(text).toContain('<dt>Linked: design</dt><dd dir="auto">D-1 7 kW, D-2 &lt;b&gt;10&lt;/b&gt; kW</dd>');
});

it('shows the request, its content and the id that was answered, and each file with who sees it', async () => {
  server = await startTestConsole();
  const { text } = await visit(`${server.address}/sandbox`);
  expect(text).toContain('PUT /records/R-1');
  expect(text).toContain('&quot;lead_id&quot;: &quot;1000&quot;');
  expect(text).toContain('<dt>Answered id</dt><dd dir="auto">1001</dd>');
  expect(text).toContain('screenshot.png (image/png, 120 bytes)');
  expect(text).toContain('by agents only');
});
