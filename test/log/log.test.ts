// Nothing secret or personal leaves through the log, in whatever spelling and from whatever call.
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions } from '../../src/log.js';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return {
    log: createLog({ level: 'debug', pretty: false, destination, ...options }),
    lines,
    all: () => lines.join(''),
  };
}

const CANARY = 'canary-7f3e-S3cr3t';

describe('secrets', () => {
  it.each([
    ...[
      'authorization',
      'Authorization',
      'x-authorization',
      'password',
      'SMTP_PASSWORD',
      'passwd',
      'token',
      'apiToken',
    ],
    ...['api_token', 'API-Token', 'ZENDESK_API_TOKEN', 'SLACK_BOT_TOKEN', 'slackSigningSecret', 'SLACK_SIGNING_SECRET'],
    ...[
      'webhookSecret',
      'client_secret',
      'FRESHDESK_API_KEY',
      'apiKey',
      'api.key',
      'privateKey',
      'cookie',
      'Set-Cookie',
    ],
    ...[
      'consolePassword',
      'DATABASE_URL',
      'QUEUE_URL',
      'SMTP_URL',
      'credentials',
      'accessToken',
      'refresh_token',
      'auth',
    ],
    ...['session-id', 'pass', 'x-zendesk-webhook-signature'],
  ])('hides what stands under %s, at any depth', (key) => {
    const { log, all } = capture();
    log.info({ [key]: CANARY }, 'flat');
    log.info({ deep: [{ er: { [key]: { inner: [CANARY] } } }] }, 'deep');
    expect(all()).not.toContain(CANARY);
    expect(all().match(/\[secret\]/g)).toHaveLength(2);
  });

  it.each([
    `Authorization: Bearer ${CANARY}`,
    `"authorization":"Bearer ${CANARY}"`,
    `Basic ${Buffer.from(`me:${CANARY}`).toString('base64')}`,
    `password=${CANARY}`,
    `ZENDESK_API_TOKEN=${CANARY}`,
    `{"apiToken": "${CANARY}"}`,
    `https://usher:${CANARY}@desk.example/api`,
    `smtp://${CANARY}@mail.example:25`,
    `https://x.example/?token=${CANARY}&page=2`,
    `https://x.example/?page=2&api_key=${CANARY}`,
    `https://hooks.slack.com/services/T0/B0/${CANARY}`,
    `xoxb-123456789-${CANARY}`,
    `xapp-1-A0-${CANARY}`,
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(CANARY).toString('base64url')}.c2ln`,
    `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----`,
  ])('hides it in the text %s', (text) => {
    const { log, all } = capture();
    log.warn({ note: text, list: [text], [text]: 1 }, text);
    log.error({ err: new Error(text) }, 'failed');
    log.pino.child({ bound: text }).info('child');
    expect(all()).not.toContain(CANARY);
    expect(all()).not.toContain(Buffer.from(CANARY).toString('base64url').slice(2, -2));
    expect(all()).not.toContain(Buffer.from(`me:${CANARY}`).toString('base64'));
    expect(all()).toContain('[secret]');
  });

  it('hides the exact values of the settings in every spelling', () => {
    const secret = 'p&ss w"rd/ä+1';
    const { log, all } = capture({ secrets: [secret] });
    const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret), JSON.stringify({ a: secret })];
    for (const s of spellings) log.info({ s }, `it is ${s}.`);
    for (const before of ['', 'u', 'us', 'user:']) {
      const code = Buffer.from(`${before}${secret}xyz`).toString('base64');
      log.info({ code }, 'coded');
      expect(all()).not.toContain(code);
    }
    for (const s of spellings) expect(all()).not.toContain(s.slice(1, -1));
  });

  it('hides a secret wherever it stands in a longer text', () => {
    const secret = 'Zq9-hunter2-pL';
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), (before, after) => {
        const { log, all } = capture({ secrets: [secret] });
        log.info({ a: `${before}${secret}${after}` }, `${before}${secret}${after}`);
        expect(all()).not.toContain(secret);
      }),
    );
  });
});

describe('personal data', () => {
  it.each([
    ['mail of anna.schmidt+x@solar.example today', 'mail of a***@solar.example today'],
    ['"Anna" <anna@mail.solar.example>', '"Anna" <a***@mail.solar.example>'],
    ['user%40solar.example', 'u***@solar.example'],
    ['мария@пример.рф', 'м***@пример.рф'],
    ['call +49 30 1234 5678 now', 'call [phone] now'],
    ['call +1 (415) 555-0133.', 'call [phone].'],
    ['call (415) 555-0133', 'call [phone]'],
    ['call 415-555-0133', 'call [phone]'],
    ['ruf 030 12345678 an', 'ruf [phone] an'],
    ['card 4111 1111 1111 1111', 'card [card]'],
    ['card 4111111111111111', 'card [card]'],
  ])('%s becomes %s', (text, masked) => {
    const { log, lines } = capture();
    log.info({ note: text }, text);
    const entry = JSON.parse(lines[0]!);
    expect([entry.msg, entry.note]).toEqual([masked, masked]);
  });

  it.each(['subject', 'body', 'html', 'text', 'phone', 'firstName', 'last_name', 'address'])(
    'hides what stands under %s',
    (key) => {
      const { log, all } = capture();
      log.info({ [key]: 'Anna from Solar' }, 'x');
      log.info({ deep: { [key]: ['Anna'] } }, 'x');
      expect(all()).not.toContain('Anna');
    },
  );

  it('shows the address of requester, never its name part', () => {
    const { log, all } = capture();
    log.info({ requester: { email: 'anna@solar.example' }, 'anna@solar.example': 1 }, 'x');
    expect(all()).not.toContain('anna@');
    expect(all().match(/a\*\*\*@solar\.example/g)).toHaveLength(2);
  });
});

it.each([
  'case zendesk:35436 took 12.5 ms',
  '2026-11-22T10:00:00.123Z',
  'ticket 360001234567 updated at 1763805600000',
  '0b9d3c1e-7f3e-4a52-9c1d-2f6d5a9b1c3e',
  'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'http://127.0.0.1:8080/cases/zendesk%3A35436?state=held',
  'rules/everbright/rules.yaml:14:9 unknown field',
  'node v20.19.0, pg 8.23.1, 192.168.100.200',
  'Basic authentication is off; the token is missing',
])('leaves %s as it is', (text) => {
  const { log, lines } = capture();
  log.info({ note: text, address: '127.0.0.1:8080', count: 12, ok: true }, text);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    msg: text,
    note: text,
    address: '127.0.0.1:8080',
    count: 12,
    ok: true,
  });
});

describe('hostile text', () => {
  it.each([true, false])('cannot start a line or paint the terminal (pretty: %s)', (pretty) => {
    const { log, lines, all } = capture({ pretty });
    log.info({ name: 'a\r\n12:00:00 error forged\u001b[31m\u202e', 'k\ney': 1 }, 'x\n{"level":"error"}\u0007\u200b');
    expect(lines).toHaveLength(1);
    expect(all().trimEnd()).not.toMatch(/[\u0000-\u001f\u007f\u200b\u202e]/);
  });

  it('cannot leave the indented stack of an error', () => {
    const { log, all } = capture({ pretty: true });
    log.error({ err: new Error('bad\n12:00:00 info  forged') }, 'failed');
    expect(
      all()
        .split('\n')
        .filter((line) => /^\d\d:/.test(line)),
    ).toHaveLength(1);
  });

  it('is cut when long, deep or round', () => {
    const { log, lines, all } = capture();
    const round: Record<string, unknown> = { name: 'r' };
    round.self = round;
    let deep: unknown = 'end';
    for (let i = 0; i < 50; i++) deep = { deep };
    log.info({ round, deep, long: 'y'.repeat(100_000), many: Array.from({ length: 5_000 }, (_, i) => i) }, 'big');
    expect(lines).toHaveLength(1);
    expect(all().length).toBeLessThan(12_000);
  });

  it('is masked before it is cut, so that no cut shows half a secret', () => {
    for (let start = 3_960; start <= 4_000; start++) {
      const { log, all } = capture({ secrets: [CANARY] });
      log.info({ note: `${'z'.repeat(start)}${CANARY}${'z'.repeat(9_000)}` }, 'long');
      expect(all()).not.toContain('canary');
    }
  });

  it('does not slow the masks down', () => {
    const { log } = capture();
    const started = performance.now();
    for (const unit of ['a', '@', 'a@', '.', '1 ', '+1', '://', 'token', 'x=', '-----BEGIN ', 'eyJ', '(1']) {
      log.info({ note: unit.repeat(50_000) }, unit.repeat(50_000));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('lines', () => {
  it('are JSON with level, time, message and fields', () => {
    const { log, lines } = capture();
    log.warn({ caseId: 'zendesk:1', rule: 'may-integrate' }, 'Held');
    const entry = JSON.parse(lines[0]!);
    expect(entry).toMatchObject({ level: 'warn', msg: 'Held', caseId: 'zendesk:1', rule: 'may-integrate' });
    expect(Date.parse(entry.time)).not.toBeNaN();
  });

  it('read well for people', () => {
    const { log, lines } = capture({ pretty: true });
    log.info({ caseId: 'zendesk:1', why: 'no row fits', n: 3 }, 'Held');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}Held caseId=zendesk:1 why="no row fits" n=3\n$/);
  });

  it('below the level are not written', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info({}, 'no');
    log.error({}, 'yes');
    expect(lines).toHaveLength(1);
  });
});
