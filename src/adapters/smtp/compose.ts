// Makes the bytes of one mail: fixed Message-ID, automatic-mail headers, plain text and HTML.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingMail } from '../../ports.js';
import { oneLine } from './mail-address.js';

export interface Sender {
  name: string;
  address: string;
}

export interface ComposeOptions {
  from: Sender;
  replyTo: Sender | null;
  /** Domain part of our Message-IDs. */
  domain: string;
}

const MESSAGE_ID = /^<?([^<>\s@]{1,200}@[^<>\s@]{1,200})>?$/;
/** The first and the newest stay. */
const REFERENCES_MAX = 20;

/** `<act.MARK@DOMAIN>`: the same on every attempt. */
export function messageIdOf(mark: string, domain: string): string {
  return `<act.${mark}@${domain}>`;
}

/** The whole message with CRLF line ends. `to` has passed `strictAddress`. */
export async function compose(mail: OutgoingMail, to: string, options: ComposeOptions): Promise<Buffer> {
  const all = mail.references.flatMap((id) => {
    const inner = MESSAGE_ID.exec(id.trim())?.[1];
    return inner ? [`<${inner}>`] : [];
  });
  const references = all.length > REFERENCES_MAX ? [...all.slice(0, 1), ...all.slice(1 - REFERENCES_MAX)] : all;
  const inReplyTo = references.at(-1);
  const composer = new MailComposer({
    from: { name: oneLine(options.from.name, 100), address: options.from.address },
    to: [{ name: oneLine(mail.to.name, 100), address: to }],
    ...(options.replyTo
      ? { replyTo: { name: oneLine(options.replyTo.name, 100), address: options.replyTo.address } }
      : {}),
    subject: oneLine(mail.subject, 300),
    text: String(mail.text),
    html: String(mail.html),
    messageId: messageIdOf(mail.mark, options.domain),
    ...(inReplyTo ? { inReplyTo, references } : {}),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    // Content is always text of ours; these make sure that no object can name a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
