// Mistakes in events.yaml and in rules that answer events: each found, with its place.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace } from './workspace.js';

const space = await openWorkspace();
space.programmes.splice(0, 1, 'ecologic-notifications');
afterAll(() => space.remove());

const EVENTS = 'rules/ecologic-notifications/events.yaml';
const RULES = 'rules/ecologic-notifications/rules.yaml';
const SLACK = 'templates/ecologic-notifications/lead.slack.en.liquid';
const originals = new Map(
  await Promise.all([EVENTS, RULES, SLACK].map(async (f) => [f, await space.read(f)] as const)),
);
afterEach(async () => {
  for (const [file, text] of originals) await space.write(file, text);
});
const codes = async () => (await loadRulebook(space)).problems.filter((p) => p.severity === 'error');

describe('events.yaml and rules on events', () => {
  it.each<[string, string, string, string, string]>([
    [
      'a reply to an event',
      RULES,
      '- slack: { channel: ecologic-leads, template: lead }',
      '- reply: set-up',
      'step-needs-ticket',
    ],
    [
      'a reminder on a ticket that is none',
      RULES,
      '      - slack: { channel: ecologic-leads, template: lead }',
      '      - wait: { for: 7d }\n      - remind: { after: 2d, note: set-up }',
      'step-needs-ticket',
    ],
    ['an announcement to nobody', RULES, 'outcome: lead-passed-to-sales', 'grace: 10m', 'step-needs-ticket'],
    [
      'an event that no source declares',
      RULES,
      'event: [ "RequestQuote:Create" ]',
      'event: "RequestQuote:Creat"',
      'unknown-event',
    ],
    ['a personal field in Slack', SLACK, '{{ event.fields.action }}', '{{ event.fields.street }}', 'personal-in-slack'],
    [
      'all fields in Slack',
      SLACK,
      '{{ event.fields.action }}',
      '{% for f in event.fields %}{{ f }}{% endfor %}',
      'personal-in-slack',
    ],
    ['an id of a field that is none', EVENTS, 'id: [action,', 'id: [acton,', 'unknown-event-field'],
    [
      'a signed GET',
      EVENTS,
      'method: POST\n    secret: { uri: ecologic-events }',
      'method: GET\n    secret: { signature: ecologic-events }',
      'get-not-signed',
    ],
    [
      'a secret in the file',
      EVENTS,
      'secret: { uri: ecologic-events }',
      'secret: "S3cret-in-the-file!"',
      'invalid-value',
    ],
    ['a pointer that is none', EVENTS, 'name: /event', 'name: event', 'invalid-value'],
  ])('finds %s', async (_what, file, from, to, code) => {
    await space.edit(file, from, to);
    const found = await codes();
    expect(found.map((p) => p.code)).toContain(code);
    expect(found.every((p) => p.file)).toBe(true);
  });

  it('knows a programme that receives nothing', async () => {
    const text = originals.get(RULES)!;
    await space.write(RULES, text.replace('  intent: notification-setup\n', '').replace(/ {2}event: \[.*\]\n/, ''));
    expect((await codes()).map((p) => p.code)).toContain('receives-nothing');
  });
});
