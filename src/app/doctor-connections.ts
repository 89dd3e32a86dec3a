// Builds the probes of everything outside from the settings by which it is reached.
import { zendeskProbe } from '../adapters/helpdesk/zendesk/probe.js';
import { slackProbe } from '../adapters/slack/probe.js';
import { smtpProbe } from '../adapters/smtp/probe.js';
import type { Finding, Probe } from '../ports.js';
import type { Settings } from '../settings.js';
import { chatNeeds, deskNeeds, type RulesRead } from './doctor-needs.js';
import { webhookUrl } from './doctor-settings.js';
import { runProbes, secretsOf } from './run-probes.js';

/** `reach` is the settings, with the sandbox's own addresses in the sandbox; `helpdesk` as the directory names it. */
export function connectionProbes(reach: Settings, rules: RulesRead, helpdesk: string): Probe[] {
  const allowPrivateNetwork = reach.ALLOW_PRIVATE_NETWORK;
  const desk = zendeskProbe(
    {
      name: helpdesk,
      url: reach.ZENDESK_URL!,
      email: reach.ZENDESK_EMAIL!,
      apiToken: reach.ZENDESK_API_TOKEN!,
      orgAdminUserField: reach.ZENDESK_ORG_ADMIN_FIELD,
      allowPrivateNetwork,
    },
    deskNeeds(rules, helpdesk, webhookUrl(reach)),
  );
  const slack = slackProbe(
    { botToken: reach.SLACK_BOT_TOKEN!, apiUrl: reach.SLACK_API_URL, allowPrivateNetwork },
    chatNeeds(rules, reach),
  );
  const mail = smtpProbe({
    url: reach.SMTP_URL!,
    from: { name: 'Usher, the support bot', address: reach.MAIL_FROM },
    allowPrivateNetwork,
  });
  return [desk, slack, mail];
}

export function probeConnections(reach: Settings, rules: RulesRead, helpdesk: string): Promise<Finding[]> {
  return runProbes(connectionProbes(reach, rules, helpdesk), { secrets: secretsOf(reach) });
}
