// What Zendesk writes to requesters by itself: triggers, automations and surveys that fire beside what Usher says.
import { z } from 'zod';
import type { Finding } from '../../../ports.js';
import type { FindingMaker } from '../../findings.js';
import type { DeskNeeds } from '../needs.js';
import type { ProbeParts } from './probe-account.js';
import { bodyOf, pages, parse } from './read.js';
import { type BusinessRule, businessRule, isSurvey, mailsRequester, occasionOf, spares } from './rule-occasion.js';

const settingsShape = z.object({
  active_features: z.object({ customer_satisfaction: z.boolean(), ticket_tagging: z.boolean() }).partial().optional(),
});

/** How the vendor's words for it are found in Admin Center. */
const WHERE = 'Admin Center, Objects and rules, Business rules';

export async function probeRules({ get, say, needs }: ProbeParts): Promise<Finding[]> {
  const read = async (path: string, name: string): Promise<BusinessRule[]> => {
    const rules: BusinessRule[] = [];
    for await (const page of pages(get, path, name)) rules.push(...parse(z.array(businessRule), page.rows, path));
    return rules.filter((rule) => rule.active && !spares(rule, needs.tags));
  };
  const triggers = await read('/triggers/active', 'triggers');
  const automations = await read('/automations/active', 'automations');
  const settings = parse(
    settingsShape,
    bodyOf(await get('/account/settings'), '/account/settings').settings,
    'settings',
  );
  const findings = [
    ...triggers.flatMap((trigger) => triggerFinding(trigger, needs, say)),
    ...automations.flatMap((automation) => automationFinding(automation, needs, say)),
    ...delivery(triggers, needs, say),
  ];
  if (findings.every((f) => f.level === 'ok')) findings.push(say.ok('No trigger or automation writes beside Usher'));
  const features = settings.active_features;
  const offered = [...triggers, ...automations].some(isSurvey);
  if (features?.customer_satisfaction && !offered)
    findings.push(say.ok('Satisfaction surveys are on, yet no trigger or automation sends one'));
  if (features?.ticket_tagging === false) {
    const fix = 'Switch them on (Admin Center, Tickets, Settings, Tags): usher-stop is one, and drop-downs need them';
    findings.push(say.error('Tags on tickets are switched off in Zendesk', fix));
  }
  return findings;
}

/** Zendesk mails a public comment only where a trigger does it. */
function delivery(triggers: BusinessRule[], { does }: DeskNeeds, say: FindingMaker): Finding[] {
  if (!does.replies) return [];
  const carrier = triggers.find((trigger) => mailsRequester(trigger) && occasionOf(trigger) === 'comment');
  if (carrier) return [say.ok(`Replies reach the requester by mail through the trigger "${carrier.title}"`)];
  const fix = `Activate "Notify requester and CCs of comment update" (${WHERE}, Triggers), or see that another way is meant`;
  return [say.warning('No active trigger mails public comments: customers may never see the replies', fix)];
}

function triggerFinding(trigger: BusinessRule, { does }: DeskNeeds, say: FindingMaker): Finding[] {
  const survey = isSurvey(trigger);
  if (!survey && !mailsRequester(trigger)) return [];
  const name = `The trigger "${trigger.title}"`;
  const what = survey ? 'sends a satisfaction survey' : 'mails the requester';
  const fix = `Deactivate it, or leave out of it the tickets that a rule of yours tags (${WHERE}, Triggers)`;
  switch (occasionOf(trigger)) {
    case 'created': {
      const plain = `If one message is enough, deactivate it or leave API access out of it (${WHERE}, Triggers)`;
      return [say.warning(`${name} ${what} when a ticket is created, before Usher answers`, plain)];
    }
    case 'solved':
      return does.solves ? [say.warning(`${name} ${what} when a ticket is solved, beside Usher's reply`, fix)] : [];
    case 'comment':
      return survey ? [say.warning(`${name} ${what} with a public comment, beside Usher's reply`, fix)] : [];
    case 'agents-only':
      return [];
    case 'other':
      return [say.warning(`${name} ${what}, and it may fire on tickets that Usher changes`, fix)];
  }
}

function automationFinding(automation: BusinessRule, { does }: DeskNeeds, say: FindingMaker): Finding[] {
  const survey = isSurvey(automation);
  if (!survey && !mailsRequester(automation)) return [];
  if (!does.solves && occasionOf(automation) === 'solved') return [];
  const what = survey ? 'sends a satisfaction survey' : 'mails the requester';
  const after = occasionOf(automation) === 'solved' ? 'some time after a ticket is solved' : 'some time later';
  const fix = `Leave out of it the tickets that Usher closes, by a tag that a rule of yours adds (${WHERE}, Automations)`;
  return [say.warning(`The automation "${automation.title}" ${what} ${after}, also after Usher's work`, fix)];
}
