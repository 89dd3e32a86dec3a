// Small checks of adapters, lists and matching for planted bugs; the full suites stand in test/adapters, test/lists and test/match.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorization } from '../../../src/adapters/helpdesk/zendesk/http.js';
import { zendeskReader } from '../../../src/adapters/helpdesk/zendesk/reader.js';
import { verifyZendeskSignature, zendeskSignature } from '../../../src/adapters/helpdesk/zendesk/signature.js';
import { zendeskWriter } from '../../../src/adapters/helpdesk/zendesk/writer.js';
import { slackChat } from '../../../src/adapters/slack/slack-chat.js';
import { classifyDelivery } from '../../../src/adapters/smtp/smtp-mail.js';
import { escapeHtml } from '../../../src/core/escape.js';
import { readWorkbook } from '../../../src/lists/read-workbook.js';
import { agents } from '../../../src/sandbox/sample-people.js';
import { startSlackSandbox } from '../../../src/sandbox/slack-server.js';
import { startZendeskSandbox } from '../../../src/sandbox/zendesk-server.js';
import { run, stranger } from '../../core/everbright.js';
import { mapping, tidy, workbook } from '../../lists/workbooks.js';

export async function mailAnswers(): Promise<void> {
  const error = Object.assign(new Error('connection closed'), { code: 'ECONNECTION' });
  const sent = { to: 'a@b.example', messageId: '<1@b.example>' };
  equal(classifyDelivery({ phase: 'dot', result: { error } }, sent).kind, 'unknown');
  equal(classifyDelivery({ phase: 'open', result: { error } }, sent).kind, 'not-sent');
}

export async function slackAnswers(): Promise<void> {
  const slack = await startSlackSandbox({ now: () => new Date(), rateLimit: false });
  try {
    slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    const chat = slackChat({
      botToken: slack.botToken,
      apiUrl: slack.url,
      allowPrivateNetwork: true,
      timeoutMs: 2_000,
    });
    const outcome = await chat.post({ channelId: 'C0EVERSALES', text: 'once', mark: 'm' });
    equal(outcome.kind, 'unknown');
    equal(slack.posts('everbright-sales').length, 1);
  } finally {
    await slack.close();
  }
}

async function withZendesk(work: (desk: Awaited<ReturnType<typeof startZendeskSandbox>>) => Promise<void>) {
  const most = 1_000_000;
  const desk = await startZendeskSandbox({
    now: () => new Date(),
    limits: {
      requestsPerMinute: most,
      updatesPerMinute: most,
      updatesPerTicketPer10Minutes: most,
      exportsPerMinute: most,
    },
  });
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}

/** Marks count in every page of the history, and only when our own account wrote them. */
export function readingBack(): Promise<void> {
  return withZendesk(async (desk) => {
    const { url, email, apiToken } = desk;
    const account = { name: 'zendesk', url, email, apiToken, allowPrivateNetwork: true };
    const id = desk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'API', body: 'Please' });
    const since = new Date(Date.now() - 60_000).toISOString();
    const reader = zendeskReader(account);
    const { version } = (await reader.fetchTicket(id))!;
    const comment = { public: false, text: 'early', html: 'early' };
    equal((await zendeskWriter(account).update(id, { comment }, { mark: 'ours', version })).kind, 'done');
    await fetch(`${url}/api/v2/tickets/${id}`, {
      method: 'PUT',
      headers: {
        authorization: authorization(agents.samWhitaker.email, apiToken),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ticket: { comment: { body: 'by hand', public: false }, metadata: { usher: 'stolen' } } }),
    });
    for (let n = 0; n < 120; n++) desk.customerReplies(id, `later ${n}`);
    equal((await reader.findMark(id, 'stolen', since)).kind, 'absent');
    equal((await reader.findMark(id, 'ours', since)).kind, 'found');
  });
}

/** A write sent elsewhere never arrives there. */
export async function redirects(): Promise<void> {
  const paths: string[] = [];
  const server = createServer((request, answer) => {
    paths.push(request.url ?? '');
    answer.writeHead(request.url === '/elsewhere' ? 200 : 301, { location: '/elsewhere' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = { name: 'zendesk', url, email: 'a@b.example', apiToken: 't', allowPrivateNetwork: true };
  const write = { comment: { public: true, text: 'x', html: 'x' } };
  const outcome = await zendeskWriter(account).update('1', write, { mark: 'm', version: '2026-01-01T00:00:00Z' });
  server.close();
  equal(outcome.kind, 'unknown');
  ok(paths.length > 0);
  ok(!paths.includes('/elsewhere'));
}

const read = async (bytes: Buffer) => {
  const found = await readWorkbook(bytes, 'partners.xlsx', mapping());
  return found.kind === 'ok' ? found.listings : found.problems.map((p) => p.code);
};

export async function spreadsheets(): Promise<void> {
  const formula = await read(await workbook([tidy('Acme', { formula: '1+1', result: 7, date1904: false } as never)]));
  deepEqual(
    formula.map((l) => typeof l === 'object' && l.status),
    [null],
  );
  const hidden = await workbook([tidy('Acme')], (sheet, book) => {
    book.addWorksheet('Front');
    sheet.state = 'hidden';
  });
  deepEqual(await read(hidden), ['list-sheet-hidden']);
  const merged = await workbook([tidy('Acme'), tidy('Bolt', null)], (sheet) => sheet.mergeCells('E2:E3'));
  deepEqual(
    (await read(merged)).map((l) => typeof l === 'object' && l.status),
    [null, null],
  );
  const day = new Date('2026-02-03T00:00:00Z');
  const dated = await read(await workbook([['Acme', null, null, null, 'Approved', null, day]]));
  match(JSON.stringify(dated), /2026-02-03"/);
}

/** A name that holds another is another name. */
export async function matching(): Promise<void> {
  const organization = { id: '5', name: 'Quartz', domains: ['quartz-else.example'] };
  const { match: found } = run({ ...stranger, organization });
  ok(found.verdict !== 'listed', found.verdict);
}

export async function escaping(): Promise<void> {
  equal(escapeHtml('<b>"x" & y</b>'), '&lt;b&gt;&quot;x&quot; &amp; y&lt;/b&gt;');
  const organization = { id: '5', name: 'Violet <img src=x> Harbor', domains: ['violet-harbor.example'] };
  const { effects } = run({ ...stranger, organization });
  ok(effects.length > 0);
  for (const effect of effects) ok(!('html' in effect) || !effect.html.includes('<img'));
}

/** What was signed is the bytes, with their blanks. */
export async function signatures(): Promise<void> {
  const secret = 'a secret of this check';
  const rawBody = Buffer.from('{ "ticket_id":  "7" }');
  const timestamp = '2026-01-01T00:00:00Z';
  const signature = zendeskSignature(secret, timestamp, rawBody);
  const now = Date.parse(timestamp);
  deepEqual(verifyZendeskSignature({ secret, timestamp, signature, rawBody, now }), { ok: true });
}
