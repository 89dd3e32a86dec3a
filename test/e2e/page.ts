// What a person does on the status page, by the same requests as a browser's.
import type { Bot } from './bot.js';

export interface TicketForm {
  name: string;
  email: string;
  organization?: string;
  company?: string;
  subject?: string;
  body?: string;
}

/** Files a ticket by the form on the status page; answers its id. */
export async function fileTicket(bot: Bot, ticket: TicketForm): Promise<string> {
  const form = `${await bot.address()}/sandbox/new`;
  const page = await fetch(form);
  const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  const filed = await fetch(form, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      token,
      subject: 'API access request',
      body: 'Hello,\n\nwe would like to get API access for our software.\n\nKind regards',
      ...ticket,
    }),
  });
  const id = /[?&]filed=(\d+)/.exec(filed.headers.get('location') ?? '')?.[1];
  if (id === undefined) throw new Error(`the form was refused: ${filed.status} ${await filed.text()}`);
  return id;
}

/** The text of a page, tags left out. */
export async function readPage(bot: Bot, path = '/'): Promise<{ status: number; text: string }> {
  const page = await fetch(`${await bot.address()}${path}`);
  const text = (await page.text())
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;|&quot;/g, '"')
    .replace(/\s+/g, ' ');
  return { status: page.status, text };
}
