// The doctor's probe of the mail server: each broken world gives exactly its finding, and no envelope is ever begun.
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { smtpProbe } from '../../src/adapters/smtp/probe.js';
import type { SmtpOptions } from '../../src/adapters/smtp/smtp-mail.js';
import type { Finding } from '../../src/ports.js';
import { startSmtpSandbox } from '../../src/sandbox/smtp-server.js';
import { mailServer } from './mail-server.js';
import { testCertificate, testKey } from './test-certificate.js';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
function opened<T extends { close(): Promise<unknown> }>(server: T): T {
  open.push(server);
  return server;
}

const probe = (url: string, more: Partial<SmtpOptions> = {}) =>
  smtpProbe({ url, from: { name: 'Usher', address: 'usher@acme.example' }, allowPrivateNetwork: true, ...more }).run();
const seen = (level: Finding['level'], what: RegExp): Finding => ({
  area: 'Mail',
  level,
  what: expect.stringMatching(what) as string,
  fix: expect.stringMatching(/^\S.{10,}/) as string,
});
const fine = (what: RegExp): Finding => ({
  area: 'Mail',
  level: 'ok',
  what: expect.stringMatching(what) as string,
  fix: '',
});
const withLogin = (url: string) => url.replace('smtp://', 'smtp://usher:a-secret-password@');

describe('a mail server', () => {
  it('that answers is fine, and no envelope is begun', async () => {
    const server = opened(await startSmtpSandbox());
    expect(await probe(server.url)).toEqual([fine(/answers \(no login is set\)/)]);
    expect(await probe(withLogin(server.url))).toEqual([fine(/answers and accepts the login/)]);
    expect(server).toMatchObject({ sessions: 2, envelopes: 0 });
    expect(server.mails()).toEqual([]);
  });

  it('that encrypts is fine when its certificate is trusted, and told when not', async () => {
    const tls = { cert: testCertificate, key: testKey, disabledCommands: [] };
    const server = opened(await mailServer(null, tls));
    const url = `smtp://localhost:${server.port}`;
    expect(await probe(url, { ca: testCertificate })).toEqual([fine(/answers/)]);
    expect(await probe(url)).toEqual([seen('error', /cannot be reached: its certificate is not trusted/)]);
    expect(server.taken).toEqual([]);
  });

  it('that refuses the login gives that finding, without the password', async () => {
    const server = opened(await startSmtpSandbox());
    server.fault('refuse-auth');
    const findings = await probe(withLogin(server.url));
    expect(findings).toEqual([seen('error', /refuses the login \(535\)/)]);
    expect(JSON.stringify(findings)).not.toContain('a-secret-password');
    expect(server.envelopes).toBe(0);
  });

  it('that takes no login although one is set gives a finding', async () => {
    const server = opened(await mailServer(null, { disabledCommands: ['AUTH', 'STARTTLS'] }));
    expect(await probe(withLogin(server.url))).toEqual([seen('error', /refuses the login/)]);
  });

  it('that does not encrypt is refused away from home', async () => {
    const findings = await probe('smtp://127.0.0.1:2525', { allowPrivateNetwork: false });
    expect(findings).toEqual([seen('error', /private network/)]);
  });

  it('that is not there gives a finding', async () => {
    const server = await startSmtpSandbox();
    await server.close();
    expect(await probe(server.url)).toEqual([
      seen('error', /cannot be reached: nobody answers there \(ECONNREFUSED\)/),
    ]);
  });

  it('whose name does not exist gives a finding', async () => {
    expect(await probe('smtp://mail.invalid')).toEqual([
      seen('error', /mail\.invalid:587 cannot be reached: its name/),
    ]);
  });

  it('that hangs up, or says nothing, gives a finding', async () => {
    const server = opened(await startSmtpSandbox());
    server.fault('drop-at-connect');
    expect(await probe(server.url)).toEqual([seen('error', /cannot be reached/)]);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect(await probe(`smtp://127.0.0.1:${port}`, { timeoutMs: 300 })).toEqual([
      seen('error', /no answer came in time/),
    ]);
    await new Promise((resolve) => silent.close(resolve));
  });

  it.each([
    ['not an address', /SMTP_URL is not an address/],
    ['http://mail.example', /SMTP_URL is not an address/],
  ])('cannot be %j', async (url, what) => {
    expect(await probe(url)).toEqual([seen('error', what)]);
  });
});
