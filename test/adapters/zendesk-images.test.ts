// Attached images: fetched from the account with its login, followed to the vendor's file host without it, and nowhere else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { imageSize } from '../../src/images/image-size.js';
import type { ZendeskSandbox } from '../../src/sandbox/zendesk-sandbox.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { comment, reader } from './small-account.js';
import { tinyServer } from './tiny-server.js';

let zendesk: ZendeskSandbox;
beforeAll(async () => {
  zendesk = await startZendeskSandbox();
});
afterAll(() => zendesk.close());

const image = (name: string, more: object = {}) => ({ name, type: 'image/png', bytes: 900, ...more });

function fetched(attachments: { name: string; type: string; bytes: number }[]) {
  const id = zendesk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'S', body: 'B', attachments });
  const { url, email, apiToken } = zendesk;
  return zendeskReader({ name: 'sandbox', url, email, apiToken, allowPrivateNetwork: true }).images!(id);
}

describe('the images of a ticket', () => {
  it('come with their content, other files do not', async () => {
    const images = await fetched([
      image('logo.png', { width: 150, height: 50 }),
      { name: 'a.pdf', type: 'application/pdf', bytes: 9 },
    ]);
    expect(images.map((i) => [i.name, i.bytes])).toEqual([['logo.png', 900]]);
    expect(imageSize(images[0]!.content!)).toEqual({ width: 150, height: 50 });
  });

  it('that are too large are not fetched, and at most five are', async () => {
    const before = zendesk.requests.length;
    const images = await fetched([
      image('huge.png', { bytes: 5_000_001 }),
      ...[1, 2, 3, 4, 5, 6].map((n) => image(`${n}.png`)),
    ]);
    expect(images).toHaveLength(5);
    expect(images[0]!.content).toBeNull();
    expect(zendesk.requests.slice(before).filter((r) => r.path.startsWith('/attachments/'))).toHaveLength(4);
  });
});

describe('the address of an image', () => {
  const at = (content_url: string) => ({
    '/tickets/7/comments': {
      comments: [
        { ...comment, attachments: [{ file_name: 'a.png', content_type: 'image/png', size: 5, content_url }] },
      ],
    },
  });

  it('is followed to no other host, and the login goes nowhere', async () => {
    const stranger = await tinyServer((_asked, out) => void out.end('x'));
    try {
      const { reader: desk, server } = await reader({});
      for (const url of [`${stranger.url}/a.png`, 'not an address', 'file:///etc/passwd', '']) {
        server.answers(at(url));
        expect((await desk.images!('7'))[0]!.content).toBeNull();
      }
      expect(stranger.asked).toEqual([]);
    } finally {
      await stranger.close();
    }
  });

  it('that answers with an error or a page of its own leaves the image unread', async () => {
    const { reader: desk, server } = await reader({});
    server.answers(at(`${server.url}/attachments/1?name=a.png`));
    expect(await desk.images!('7')).toEqual([{ name: 'a.png', bytes: 5, content: null }]);
    const asked = server.asked.find((one) => one.path.startsWith('/attachments/'));
    expect(asked?.headers.authorization).toMatch(/^Basic /);
  });

  it.each([
    'http://evil.zdusercontent.com/x',
    'https://zdusercontent.com.evil.example/x',
    'https://user@p1.zdusercontent.com/x',
    'https://127.0.0.1/x',
    '/login',
    '',
  ])('that sends on to "%s" is not followed', async (location) => {
    const account = await tinyServer((asked, out) => {
      if (asked.path.startsWith('/attachments/')) return void out.writeHead(302, { location }).end();
      const attachments = [
        { file_name: 'a.png', content_type: 'image/png', size: 5, content_url: `${account.url}/attachments/1` },
      ];
      out.setHeader('content-type', 'application/json');
      out.end(JSON.stringify({ comments: [{ ...comment, attachments }] }));
    });
    try {
      const desk = zendeskReader({
        name: 'zendesk',
        url: account.url,
        email: 'b@ex.test',
        apiToken: 't',
        allowPrivateNetwork: true,
      });
      expect((await desk.images!('7'))[0]!.content).toBeNull();
      expect(account.asked.filter((one) => !one.path.startsWith('/api/'))).toHaveLength(1);
    } finally {
      await account.close();
    }
  });
});
