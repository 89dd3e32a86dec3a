// The sandbox SMTP server takes mail, keeps it readable, and fails in the ways that mail servers do.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SmtpSandbox, startSmtpSandbox } from '../../src/sandbox/smtp-server.js';

let smtp: SmtpSandbox;
beforeEach(async () => {
  smtp = await startSmtpSandbox();
});
afterEach(() => smtp.close());

function send(more: object = {}) {
  const transport = createTransport({ url: smtp.url, connectionTimeout: 2000, socketTimeout: 700 } as object);
  return transport.sendMail({
    from: { name: 'EverBright Support', address: 'support@everbright.example' },
    to: [{ name: '', address: 'mercedes@sales.example' }],
    subject: 'API access request: Sonnenkraft Grün GmbH (Germany)',
    text: 'Grüße, and a line\nand another',
    html: '<p>Grüße</p>',
    messageId: '<act.1@bot.example>',
    ...more,
  });
}

describe('the sandbox SMTP server', () => {
  it('takes a mail and keeps envelope, decoded subject, text and html', async () => {
    const info = await send();
    expect(info.response).toMatch(/^250 2\.0\.0 .*queued as Q1|^250 .*queued as Q1/);
    const [mail] = smtp.mails();
    expect(mail).toMatchObject({
      envelope: { from: 'support@everbright.example', to: ['mercedes@sales.example'] },
      subject: 'API access request: Sonnenkraft Grün GmbH (Germany)',
      messageId: '<act.1@bot.example>',
      html: '<p>Grüße</p>',
    });
    expect(mail!.text.trim()).toBe('Grüße, and a line\nand another');
    expect(mail!.raw).toContain('\r\n');
    expect(smtp.sessions).toBe(1);
  });

  it('greylists with 450 once and takes the second attempt', async () => {
    smtp.fault('greylist');
    await expect(send()).rejects.toMatchObject({ responseCode: 450, command: 'RCPT TO' });
    await send();
    expect(smtp.mails()).toHaveLength(1);
  });

  it('rejects one recipient by name with 550 and takes nothing', async () => {
    smtp.fault('reject', { times: 9, to: 'mercedes' });
    await expect(send()).rejects.toMatchObject({ responseCode: 550 });
    expect(smtp.mails()).toHaveLength(0);
  });

  it('rejects the second recipient only, and the call resolves all the same', async () => {
    smtp.fault('partial-reject');
    const info = await send({
      to: [
        { name: '', address: 'a@x.example' },
        { name: '', address: 'b@x.example' },
      ],
    });
    expect(info.rejected).toEqual(['b@x.example']);
    expect(smtp.mails()[0]!.envelope.to).toEqual(['a@x.example']);
  });

  it('takes the mail and drops the connection after the dot: an error without a response code', async () => {
    smtp.fault('drop-after-dot');
    const error = await send().catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ECONNECTION' });
    expect(error).not.toHaveProperty('responseCode');
    expect(smtp.mails()).toHaveLength(1);
  });

  it('drops before MAIL and takes nothing: the same error', async () => {
    smtp.fault('drop-before-mail');
    await expect(send()).rejects.toMatchObject({ code: 'ECONNECTION' });
    expect(smtp.mails()).toHaveLength(0);
  });

  it('drops after the dot without taking the mail', async () => {
    smtp.fault('drop-after-dot-lost');
    await expect(send()).rejects.toMatchObject({ code: 'ECONNECTION' });
    expect(smtp.mails()).toHaveLength(0);
  });

  it('hangs after the dot though the mail was taken', async () => {
    smtp.fault('hang-after-dot');
    await expect(send()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(smtp.mails()).toHaveLength(1);
  });

  it('answers the dot with 451 or 554 and takes nothing', async () => {
    smtp.fault('temporary-after-dot');
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
    smtp.fault('refuse-after-dot');
    await expect(send()).rejects.toMatchObject({ responseCode: 554 });
    expect(smtp.mails()).toHaveLength(0);
  });

  it('drops at connect, refuses connections, and listens again on the same port', async () => {
    smtp.fault('drop-at-connect');
    await expect(send()).rejects.toThrow();
    await smtp.refuse(true);
    await expect(send()).rejects.toThrow(/ECONNREFUSED/);
    await smtp.refuse(false);
    await send();
    expect(smtp.mails()).toHaveLength(1);
  });

  it('outlives a client that dies in the middle of a conversation', async () => {
    const socket = connect(smtp.port, '127.0.0.1');
    await once(socket, 'data');
    // Before an envelope is begun the server itself takes a reset for a good-bye.
    for (const line of ['EHLO dying.example', 'MAIL FROM:<a@dying.example>']) {
      socket.write(`${line}\r\n`);
      await once(socket, 'data');
    }
    socket.resetAndDestroy();
    await once(socket, 'close');
    await send();
    expect(smtp.mails()).toHaveLength(1);
  });
});
