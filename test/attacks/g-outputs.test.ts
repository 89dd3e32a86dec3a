// Attacks 55 to 60: hostile texts on their way out, addresses that lead inside, the log, and what Usher is made of.
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect } from 'vitest';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import { checkedUrl, isPrivateAddress, pinnedLookup } from '../../src/adapters/network.js';
import { slackChat } from '../../src/adapters/slack/slack-chat.js';
import { createLog } from '../../src/log.js';
import { ProblemError } from '../../src/problem.js';
import { tinyServer } from '../adapters/tiny-server.js';
import { attacks } from './attacks.js';
import { incoming } from './mail-in.js';

const { stage, comes } = incoming();

let domains = 0;
/** A ticket of an organization that is called so and is clearly on no list; what people got of it. */
async function declined(name: string, body: string) {
  const { zendesk, slack, smtp } = stage.world;
  const domain = `qq-hostile-${++domains}.example`;
  zendesk.addOrganization({ name, domains: [domain] });
  const outcome = await comes({
    name: 'Pat',
    email: `pat@${domain}`,
    subject: `API access ${name}`,
    body: `API access\n${body}`,
  });
  expect(outcome.rule, JSON.stringify(outcome)).toBe('not-approved');
  return { outcome, post: slack.posts('everbright-sales').at(-1)!, mail: smtp.mails().at(-1)! };
}

attacks('G', {
  55: async () => {
    for (const name of [
      'Qq <!channel> <@U123> <!here|x> Works',
      'Qq <https://evil.test|Acme> & &lt;!here&gt; Works',
      'Qq *bold* @channel #general https://evil.test Works',
    ]) {
      const { post } = await declined(name, '<!everyone> <#C1>');
      const said = `${post.text} ${JSON.stringify(post)}`;
      expect(said).not.toMatch(/<[!@#]/);
      expect(said).not.toContain('<https://evil.test');
      expect(post.text).not.toMatch(/https:\/\/evil/);
      expect(post.text).toContain('Qq');
    }
    const long = await comes({ email: 'pat@gmail.com', name: 'Pat', fields: { Company: 'x'.repeat(40_000) } });
    expect(long.acts).not.toContain('post');
  },

  56: async () => {
    const name = 'Qq "Solar", <x@evil.test>; Works';
    const { mail } = await declined(name, 'Subject: pay\r\nBcc: x@evil.test\r\n\r\n.\r\nQUIT');
    expect(mail.envelope.to).toHaveLength(1);
    expect(mail.envelope.to.join() + mail.headers.to).not.toContain('evil');
    expect(mail.headers).not.toHaveProperty('bcc');
    expect(mail.headers).not.toHaveProperty('cc');
    expect(mail.subject).toContain('Qq "Solar", <x@evil.test>; Works');
    const sales = { name: 'Sales\r\nBcc: <y@evil.test>', address: 'sales@everbright.example' };
    const letter = {
      subject: 'a\r\nBcc: z@evil.test',
      text: 'x',
      html: '<p>x</p>',
      mark: 'm'.repeat(32),
      references: [],
    };
    const { hands } = stage.world.process().deps;
    expect(await hands!.mail!.send({ ...letter, to: sales }, async () => {})).toMatchObject({ kind: 'done' });
    const sent = stage.world.smtp.mails().at(-1)!;
    expect(sent.envelope.to).toEqual(['sales@everbright.example']);
    expect(sent.headers).not.toHaveProperty('bcc');
    for (const address of [
      'a@x.example, b@x.example',
      'a@x.example\r\nRCPT TO:<b@x.example>',
      '<a@x.example>',
      '"a b"@x.example',
    ])
      expect(await hands!.mail!.send({ ...letter, to: { name: '', address } }, async () => {})).toMatchObject({
        kind: 'refused',
      });
  },

  57: async () => {
    const markup = 'Qq <script>alert(1)</script><img src=https://evil.test/x.png> Works';
    const { outcome, mail } = await declined(markup, '<a href="javascript:alert(1)">x</a> javascript:alert(1)');
    const comments = stage.world.zendesk.ticket(outcome.ticketId).comments.map((c) => c.html_body);
    const own = comments.slice(1);
    expect(own.length).toBeGreaterThan(0);
    for (const html of [...own, mail.html]) {
      expect(html).not.toMatch(/<(script|img|iframe|svg)/i);
      expect(html).not.toMatch(/href="(?!https?:\/\/|mailto:)/i);
      expect(html).not.toMatch(/href="[^"]*evil/i);
    }
    expect(mail.html).toContain('&lt;script&gt;');
  },

  58: async () => {
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'https://169.254.169.254/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::127.0.0.1]/',
      'https://[64:ff9b::7f00:1]/',
      'https://[2002:7f00:1::]/',
      'https://[::ffff:0:127.0.0.1]/',
      'https://[fec0::1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0/',
      'https://127.0.0.1./',
      'file:///etc/passwd',
      'gopher://acme.example/',
      'https://good.example@evil.test/',
      'not an address',
    ])
      expect(() => checkedUrl(url, 'ZENDESK_URL', false), url).toThrow(ProblemError);
    for (const address of ['203.0.114.9', '2606:4700::1', '2a00:1450::5'])
      expect(isPrivateAddress(address)).toBe(false);
    // A name is judged by where it leads, at the moment of connecting, and the connection goes there.
    const lookup = pinnedLookup({ host: 'localhost', allowPrivateNetwork: false });
    const failed = await new Promise((resolve) => lookup('localhost', { all: true }, (error) => resolve(error)));
    expect(failed).toMatchObject({ code: 'EPRIVATE' });
    await expectNobodyElseAsked();
  },

  59: () => {
    const canary = 'canary-9b1d-S3cr3t';
    const lines: string[] = [];
    const destination = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
    const log = createLog({ level: 'debug', pretty: true, destination, secrets: [canary] });
    const hostile = `\r\n14:02:11 error forged line \u001b[31m\u202e ${canary} 4111 1111 1111 1111 ann@firm.example`;
    log.info({ ticket: '7', subject: hostile, url: `https://x.example/?token=${canary}` }, `refused ${hostile}`);
    log.error({ err: new Error(`https://usher:${canary}@desk.example ${hostile}`) }, 'failed');
    const all = lines.join('');
    for (const secret of [canary, '4111 1111', 'ann@firm.example', '\u001b', '\u202e', '\r'])
      expect(all).not.toContain(secret);
    expect(all.split('\n').filter((line) => line.startsWith('14:02:11 error forged'))).toEqual([]);
    expect(all).toContain('ticket=7');
  },

  60: () => {
    interface Locked {
      dev?: boolean;
      integrity?: string;
      hasInstallScript?: boolean;
      resolved?: string;
    }
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
    const own = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
      allowScripts: Record<string, boolean>;
    };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, p]) => !/^sha512-/.test(p.integrity ?? ''))).toEqual([]);
    const withScripts = packages
      .filter(([, p]) => p.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(withScripts.filter((name) => own.allowScripts[name] !== false)).toEqual([]);
    const ranges = Object.entries({ ...own.dependencies, ...own.devDependencies }).filter(
      ([, v]) => !/^\d+\.\d+\.\d+$/.test(v),
    );
    expect(ranges).toEqual([]);
  },
});

/** A far side that redirects, and a proxy in the environment: neither learns of anything. */
async function expectNobodyElseAsked(): Promise<void> {
  const evil = await tinyServer((_, out) => out.end('{}'));
  const desk = await tinyServer((_, out) => out.writeHead(307, { location: `${evil.url}/api/v2/tickets/7` }).end());
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: evil.url,
    http_proxy: evil.url,
    HTTPS_PROXY: evil.url,
    ALL_PROXY: evil.url,
  });
  try {
    const options = { name: 'zendesk', url: desk.url, email: 'a@b.example', apiToken: 't', allowPrivateNetwork: true };
    await expect(zendeskReader(options).fetchTicket('7')).rejects.toBeInstanceOf(ProblemError);
    const comment = { public: true, text: 'x', html: '<p>x</p>' };
    const update = await zendeskWriter(options).update(
      '7',
      { comment },
      { mark: 'm', version: '2026-02-03T04:05:06Z' },
    );
    expect(update.kind).toBe('unknown');
    const chat = slackChat({ botToken: 'xoxb-t', apiUrl: `${desk.url}/api/`, allowPrivateNetwork: true });
    expect((await chat.post({ channelId: 'C1', text: 'x', mark: 'm' })).kind).not.toBe('done');
    expect(desk.asked.length).toBeGreaterThan(2);
    expect(evil.asked).toEqual([]);
  } finally {
    process.env = before;
    await Promise.all([evil.close(), desk.close()]);
  }
}
