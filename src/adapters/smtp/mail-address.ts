// Which mail addresses Usher writes to: one plain mailbox, nothing that a parser could read as two.
import { domainToASCII } from 'node:url';

const STRICT = /^[^\s"<>(),:;\\[\]@\x00-\x1f\x7f]+@[^\s"<>(),:;\\[\]@\x00-\x1f\x7f]+$/;
const ASCII_DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** The address with its domain in ASCII, or null when it is not one plain mailbox of at most 254 characters. */
export function strictAddress(address: string): string | null {
  if (address.length > 254 || !STRICT.test(address)) return null;
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  // An address beyond ASCII before the @ needs SMTPUTF8, which few servers take.
  const local = address.slice(0, at);
  if (!ASCII_DOMAIN.test(domain) || local.length > 64 || !/^[\x21-\x7e]+$/.test(local)) return null;
  return `${local}@${domain}`;
}

/** A display name or subject without control, bidi and zero-width characters, on one line. */
export function oneLine(text: string, max: number): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()
    .slice(0, max);
}
