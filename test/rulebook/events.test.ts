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
    [
      'a case that is named by a field that is none',
      EVENTS,
      '        id:',
      '        case: [lead]\n        id:',
      'unknown-event-field',
    ],
    [
      'a case that nothing may name',
      EVENTS,
      '        id:',
      '        case: [street]\n        id:',
      'event-case-optional',
    ],
    [
      'an event of a case that it shares and of one that it wakes',
      EVENTS,
      '        id:',
      '        case: [action]\n        wakes: { ticket: action }\n        id:',
      'event-two-cases',
    ],
    [
      'a record that nothing names',
      EVENTS,
      '        id:',
      '        links: { offer: title }\n        id:',
      'unknown-event-field',
    ],
    [
      'a kind of record that no event adds',
      RULES,
      'event.fields.reply_phone: { exists: false }',
      'case.links.offer: { exists: false }',
      'unknown-link',
    ],
    [
      'a file without a comment',
      RULES,
      '      - note: set-up',
      '      - tag: x\n      - attach: { from: ecologic-crm, path: /a, name: a }',
      'attach-without-comment',
    ],
    [
      'a file of a system that the directory does not name',
      RULES,
      '      - note: set-up',
      '      - note: set-up\n      - attach: { from: files, path: /a, name: a }',
      'unknown-endpoint',
    ],
    [
      'a file whose path would choose the host',
      RULES,
      '      - note: set-up',
      '      - note: set-up\n      - attach: { from: ecologic-crm, path: "//evil.example/a", name: a }',
      'invalid-value',
    ],
    [
      'a field set to something unknown',
      RULES,
      '      - note: set-up',
      '      - set: { Lead: "{{ case.valeus.lead_id }}" }',
      'unknown-variable',
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
