// What `usher doctor` says of the settings themselves: mode, addresses, webhook, sender.

import { findingsIn } from '../adapters/findings.js';
import { PUBLIC_TEST_SECRET } from '../adapters/helpdesk/zendesk/signature.js';
import { isLoopback } from '../http/address.js';
import type { Finding } from '../ports.js';
import type { Settings } from '../settings.js';
import type { DoctorMode } from './doctor-rules.js';

export function modeOf(settings: Settings): DoctorMode {
  return settings.HELPDESK.includes('sandbox') ? 'sandbox' : (settings.MODE ?? 'shadow');
}

const MODES: Record<DoctorMode, string> = {
  sandbox:
    'This is the sandbox: help desk, Slack and mail server are stand-ins on this machine; nothing real is touched',
  shadow: 'MODE=shadow: it decides and records; nothing is written anywhere',
  propose: 'MODE=propose: it writes internal notes with what it would do, and nothing else',
  live: 'MODE=live: it answers customers, changes tickets, mails and posts',
};

export function modeFinding(settings: Settings): Finding {
  return findingsIn('Mode').ok(MODES[modeOf(settings)]);
}

/** `keptSince` is what the first start in this mode wrote down, null when there was none yet, undefined when nobody can tell. */
export function sinceFinding(settings: Settings, keptSince: string | null | undefined, now: Date): Finding[] {
  const say = findingsIn('Mode');
  const { ACT_ON_TICKETS_SINCE: since } = settings;
  if (modeOf(settings) === 'sandbox') return [];
  if (since) {
    const what = `Tickets created before ${since} are left alone (ACT_ON_TICKETS_SINCE)`;
    if (new Date(since) <= now) return [say.ok(what)];
    return [
      say.warning(`${what}, and that is still to come`, 'Until then nothing is done; correct it if that is not meant'),
    ];
  }
  if (keptSince === undefined) return [];
  if (keptSince === null) return [say.ok('Tickets created before its first start in this mode will be left alone')];
  return [say.ok(`Tickets created before ${keptSince}, its first start in this mode, are left alone`)];
}

/** Where a webhook of the help desk must lead to; null when none is set up here or its address is not known. */
export function webhookUrl(settings: Settings): string | null {
  const { PUBLIC_URL, ZENDESK_WEBHOOK_SECRET } = settings;
  if (!PUBLIC_URL || !ZENDESK_WEBHOOK_SECRET) return null;
  return `${PUBLIC_URL.replace(/\/$/, '')}/webhooks/zendesk`;
}

export function webFindings(settings: Settings): Finding[] {
  const say = findingsIn('Web');
  const { PUBLIC_URL, ZENDESK_WEBHOOK_SECRET, CONSOLE_PASSWORD, HOST } = settings;
  if (modeOf(settings) === 'sandbox') return [];
  const findings: Finding[] = [];
  if (!ZENDESK_WEBHOOK_SECRET)
    findings.push(say.ok(`No webhook is set up: tickets are found by polling every ${settings.POLL_SECONDS ?? 60} s`));
  else if (ZENDESK_WEBHOOK_SECRET === PUBLIC_TEST_SECRET)
    findings.push(
      say.error(
        'ZENDESK_WEBHOOK_SECRET is the secret of Zendesk’s test button, which everybody knows: Usher refuses it',
        'Copy the signing secret of your own webhook',
      ),
    );
  else if (!PUBLIC_URL)
    findings.push(
      say.warning(
        'Webhooks are expected, and PUBLIC_URL is not set: it cannot be seen whether one leads here',
        'Set PUBLIC_URL to the address by which Zendesk reaches this server',
      ),
    );
  if (PUBLIC_URL && !PUBLIC_URL.startsWith('https:'))
    findings.push(say.warning('PUBLIC_URL is not https', 'Put a proxy with https in front, and name its address'));
  if (PUBLIC_URL && isLoopback(HOST) && !CONSOLE_PASSWORD)
    findings.push(
      say.warning('Others reach the status page through PUBLIC_URL without a password', 'Set CONSOLE_PASSWORD'),
    );
  if (!PUBLIC_URL && ZENDESK_WEBHOOK_SECRET === undefined)
    findings.push(say.ok('PUBLIC_URL is not set: links in messages lead to the help desk only'));
  return findings;
}

/** The default sender belongs to nobody. */
export function senderFindings(settings: Settings): Finding[] {
  const mode = modeOf(settings);
  if (mode === 'sandbox' || !settings.MAIL_FROM.endsWith('@localhost.example')) return [];
  const say = findingsIn('Mail');
  const make = mode === 'live' ? say.error : say.warning;
  return [make(`MAIL_FROM is still ${settings.MAIL_FROM}`, 'Set it to an address that your mail server may send from')];
}
