// The SMTP adapter against real loopback sessions: what is taken, what is not, and what nobody can know.
import { connect, createServer } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { deliver } from '../../src/adapters/smtp/deliver.js';
import { classifyDelivery, type SmtpOptions, serverOf, smtpMail } from '../../src/adapters/smtp/smtp-mail.js';
import type { OutgoingMail } from '../../src/ports.js';
import { headersOf, type MailServer, type Mishap, mailServer } from './mail-server.js';
import { testCertificate, testKey } from './test-certificate.js';

const servers: MailServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(...how: Parameters<typeof mailServer>): Promise<MailServer> {
  const server = await mailServer(...how);
  servers.push(server);
  return server;
}

const letter: OutgoingMail = {
  to: { name: 'Dana Sales', address: 'dana@sales.example' },
  subject: 'Acme Solar asks for API access',
  text: 'Hello\n.\n.dot\n\nBye',
  html: '<p>Hello</p>',
  mark: 'c1078e56751ac8bad56943e0de70d70e',
  references: [],
};
const from = { name: 'Usher, the support bot', address: 'usher@bot.example' };

function mailTo(url: string, more: Partial<SmtpOptions> = {}) {
  return smtpMail({ url, from, allowPrivateNetwork: true, timeoutMs: 20_000, dotTimeoutMs: 20_000, ...more });
}
const atOnce = async (): Promise<void> => {};

describe('a mail', () => {
  it('is done when the server takes it, with the fixed Message-ID and the headers of automatic mail', async () => {
    const server = await serve();
    const replyTo = { name: 'Support', address: 'support@acme.example' };
    const references = ['<a@x.example>', 'b@x.example', 'not an id', '<evil@x>\r\nBcc: <c@x.example>'];
    const outcome = await mailTo(server.url, { replyTo }).send({ ...letter, references }, atOnce);
    expect(outcome).toMatchObject({ kind: 'done', receipt: { messageId: `<act.${letter.mark}@bot.example>` } });
    expect(server.taken).toHaveLength(1);
    const [taken] = server.taken;
    expect(taken).toMatchObject({ from: 'usher@bot.example', to: ['dana@sales.example'] });
    const headers = headersOf(taken?.raw ?? '');
    expect(headers).toMatchObject({
      'message-id': `<act.${letter.mark}@bot.example>`,
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'reply-to': 'Support <support@acme.example>',
      'in-reply-to': '<b@x.example>',
      references: '<a@x.example> <b@x.example>',
      subject: letter.subject,
      from: '"Usher, the support bot" <usher@bot.example>',
      to: 'Dana Sales <dana@sales.example>',
    });
    expect(headers).not.toHaveProperty('bcc');
    expect(taken?.raw).toContain('Hello\r\n.\r\n.dot\r\n');
  });

  it('keeps its Message-ID on every attempt', async () => {
    const server = await serve();
    const mail = mailTo(server.url);
    await mail.send(letter, atOnce);
    await mail.send(letter, atOnce);
    const ids = server.taken.map((taken) => headersOf(taken.raw)['message-id']);
    expect(ids).toEqual([`<act.${letter.mark}@bot.example>`, `<act.${letter.mark}@bot.example>`]);
    expect(server.sessions).toBe(2);
  });

  it('lets no name or subject add a recipient or a header', async () => {
    const server = await serve();
    const nasty = 'Acme, evil@evil.test, Inc <x@evil.test>\r\nBcc: evil@evil.test\u202e\u200b';
    const hostile = { ...letter, to: { name: nasty, address: letter.to.address }, subject: nasty };
    expect((await mailTo(server.url).send(hostile, atOnce)).kind).toBe('done');
    expect(server.taken[0]?.to).toEqual(['dana@sales.example']);
    const raw = server.taken[0]?.raw ?? '';
    expect(raw).not.toMatch(/^Bcc:/im);
    expect(headersOf(raw).subject).not.toMatch(/[\u202e\u200b]|E2=80/);
  });

  it.each([
    'a@x.example, evil@evil.test',
    'a@x.example\r\nRCPT TO:<evil@evil.test>',
    '"a b"@x.example',
    '<a@x.example>',
    'a@@x.example',
    'a b@x.example',
    'a@x.example;b@y.example',
    'group:a@x.example;',
    '@x.example',
    'a@',
    'a@-x.example',
    'ä@x.example',
    `${'a'.repeat(250)}@x.example`,
    '',
  ])('to %j is refused without a connection', async (address) => {
    const server = await serve();
    const outcome = await mailTo(server.url).send({ ...letter, to: { name: '', address } }, atOnce);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'address' });
    expect(server.sessions).toBe(0);
  });

  it('goes to the ASCII form of an international domain', async () => {
    const server = await serve();
    await mailTo(server.url).send({ ...letter, to: { name: '', address: 'a@müller.example' } }, atOnce);
    expect(headersOf(server.taken[0]?.raw ?? '').to).toBe('a@xn--mller-kva.example');
  });

  it('with a mark that no Message-ID carries is refused', async () => {
    const server = await serve();
    const outcome = await mailTo(server.url).send({ ...letter, mark: 'x>\r\nBcc: a@b.c' }, atOnce);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'mark' });
  });
});

describe('the moment before the final dot', () => {
  it('is awaited: nothing is taken until it settles', async () => {
    const server = await serve();
    const seen: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      const sending = mailTo(server.url).send(letter, async () => {
        seen.push('before-dot');
        resolve();
        await gate;
      });
      sending.then((outcome) => seen.push(outcome.kind));
    });
    await reached;
    expect(server.dots).toBe(0);
    release();
    await expect.poll(() => seen).toEqual(['before-dot', 'done']);
    expect(server.taken).toHaveLength(1);
  });

  it('stops the mail when it fails: the server never sees the dot', async () => {
    const server = await serve();
    const outcome = await mailTo(server.url).send(letter, async () => {
      throw new Error('the ledger is gone');
    });
    expect(outcome.kind).toBe('not-sent');
    await expect.poll(() => server.sessions).toBe(1);
    await server.close();
    expect(server.dots).toBe(0);
    expect(server.taken).toEqual([]);
  });

  it('is not sent when the connection goes while it is pending, even though it settles well later', async () => {
    const server = await serve();
    let settled = false;
    const outcome = await mailTo(server.url).send(letter, async () => {
      server.cut();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      settled = true;
    });
    expect(outcome.kind).toBe('not-sent');
    expect(settled).toBe(true);
    expect(server.dots).toBe(0);
  });

  it('may take longer than the patience for an answer', async () => {
    const server = await serve();
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 4_500));
    expect((await mailTo(server.url, { timeoutMs: 4_000 }).send(letter, wait)).kind).toBe('done');
  });
});

describe('a mail that does not arrive as it should', () => {
  const table: [Mishap, object, calls: number, taken: number][] = [
    ['cut-at-connect', { kind: 'not-sent' }, 0, 0],
    ['cut-at-mail', { kind: 'not-sent' }, 0, 0],
    ['rcpt-450', { kind: 'not-sent', code: '450' }, 0, 0],
    ['rcpt-550', { kind: 'refused', code: '550' }, 0, 0],
    ['dot-451', { kind: 'not-sent', code: '451' }, 1, 0],
    ['dot-554', { kind: 'refused', code: '554' }, 1, 0],
    ['cut-after-dot', { kind: 'unknown' }, 1, 1],
    ['hang-after-dot', { kind: 'unknown' }, 1, 1],
  ];
  it.each(table)('%s: %j, and it is handed over once at most', async (mishap, expected, calls, taken) => {
    const server = await serve(mishap);
    let dots = 0;
    const more = mishap === 'hang-after-dot' ? { dotTimeoutMs: 300 } : {};
    const outcome = await mailTo(server.url, more).send(letter, async () => {
      dots += 1;
    });
    expect(outcome).toMatchObject(expected);
    expect(dots).toBe(calls);
    expect(server.taken).toHaveLength(taken);
    expect(server.sessions).toBe(1);
  });

  it('is not sent when nobody listens, or nobody greets', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const started = Date.now();
    const slow = await mailTo(`smtp://127.0.0.1:${port}`, { timeoutMs: 200 }).send(letter, atOnce);
    expect(slow.kind).toBe('not-sent');
    expect(Date.now() - started).toBeLessThan(5_000);
    await new Promise((resolve) => silent.close(resolve));
    const refused = await mailTo(`smtp://127.0.0.1:${port}`).send(letter, atOnce);
    expect(refused).toMatchObject({ kind: 'not-sent' });
  });
});

describe('logging in and encryption', () => {
  const login: SMTPServerOptions = {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.password === 'p@ss' ? done(null, { user: auth.username ?? '' }) : done(new Error('Invalid login')),
  };
  const certified: SMTPServerOptions = { disabledCommands: ['AUTH'], key: testKey, cert: testCertificate };

  it('logs in with the user and password of the address', async () => {
    const server = await serve(null, login);
    const url = server.url.replace('smtp://', 'smtp://usher:p%40ss@');
    expect((await mailTo(url).send(letter, atOnce)).kind).toBe('done');
    expect(server.taken[0]?.user).toBe('usher');
  });

  it('is refused with a wrong password', async () => {
    const server = await serve(null, login);
    const url = server.url.replace('smtp://', 'smtp://usher:wrong@');
    expect(await mailTo(url).send(letter, atOnce)).toMatchObject({ kind: 'refused', code: '535' });
    expect(server.taken).toEqual([]);
  });

  it('is not sent to a server that offers STARTTLS with a certificate that nobody vouches for', async () => {
    const server = await serve(null, certified);
    expect(await mailTo(server.url).send(letter, atOnce)).toMatchObject({ kind: 'not-sent' });
    expect(server.taken).toEqual([]);
  });

  it('uses STARTTLS where it is offered, and TLS from the start for smtps', async () => {
    const starttls = await serve(null, certified);
    expect((await mailTo(starttls.url, { ca: testCertificate }).send(letter, atOnce)).kind).toBe('done');
    const tls = await serve(null, { ...certified, secure: true });
    const url = tls.url.replace('smtp:', 'smtps:');
    expect((await mailTo(url, { ca: testCertificate }).send(letter, atOnce)).kind).toBe('done');
    expect([...starttls.taken, ...tls.taken].map((taken) => taken.secure)).toEqual([true, true]);
  });

  it('is not sent in the clear unless a private network is allowed', async () => {
    const server = await serve();
    const away = serverOf({ url: 'smtp://mail.example', from });
    const open = async () => connect(server.port, '127.0.0.1');
    const to = letter.to.address;
    const delivery = await deliver({ ...away, open }, { from: from.address, to, bytes: Buffer.from('x') }, atOnce);
    expect(classifyDelivery(delivery, { to, messageId: 'm' })).toMatchObject({ kind: 'not-sent', code: 'ETLS' });
    expect(server.taken).toEqual([]);
  });

  it('is not sent when a name leads to a private address and that is not allowed', async () => {
    const server = await serve();
    const url = server.url.replace('127.0.0.1', 'localhost');
    const outcome = await mailTo(url, { allowPrivateNetwork: false }).send(letter, atOnce);
    expect(outcome).toMatchObject({ kind: 'not-sent', code: 'EPRIVATE' });
    expect(server.sessions).toBe(0);
  });

  it.each([
    ['ftp://mail.example', {}, 'smtp-url'],
    ['mail.example', {}, 'smtp-url'],
    ['smtp://127.0.0.1', { allowPrivateNetwork: false }, 'url-private'],
    ['smtp://mail.example', { from: { name: '', address: 'a@b, c@d' } }, 'mail-address'],
  ])('does not start with %s and %j', (url, more, code) => {
    expect(() => mailTo(url, more)).toThrow(code);
  });
});
