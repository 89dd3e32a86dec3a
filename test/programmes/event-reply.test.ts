// The switch `eventReply: mail`: the homeowner gets one mail, in words of ours alone; without it, nothing.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { openWorkspace } from '../rulebook/workspace.js';

const RULES = 'rules/ecologic-notifications/rules.yaml';
const EVENTS = 'rules/ecologic-notifications/events.yaml';
const HOMEOWNER = 'templates/ecologic-notifications/homeowner.email.en.liquid';
const LEADS = 'rules/ecologic-notifications/scenarios/leads.yaml';

const space = await openWorkspace();
space.programmes.splice(0, 1, 'ecologic-notifications');
afterAll(() => space.remove());
const files = [RULES, EVENTS, HOMEOWNER, LEADS];
const originals = await Promise.all(files.map((file) => space.read(file)));
afterEach(async () => {
  for (const [n, file] of files.entries()) await space.write(file, originals[n]!);
});

async function leadOf(scenario: string) {
  const { rulebook, byProgramme, problems } = await loadRulebook(space);
  expect(problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
  const results = runScenarios(rulebook!, rulebook!.programmes[0]!, byProgramme['ecologic-notifications']!.scenarios);
  const { decision, effects } = results.find((r) => r.name.startsWith(scenario))!.triage;
  const mails = effects.flatMap((e) => (e.type === 'email' ? [e] : []));
  return { decision, mails };
}
const on = () => space.edit(RULES, 'eventReply: none', 'eventReply: mail');

describe('with eventReply: mail', () => {
  it('mails the homeowner last, to the address of the event and with nothing that the event said', async () => {
    await on();
    const { mails } = await leadOf('A full quote request');
    expect(mails.map((m) => [m.template, m.address])).toEqual([
      ['lead', 'leads@ecologic-sales.example'],
      ['homeowner', 'nadia.bergstrom@mail.example'],
    ]);
    expect(mails[0]!.text).toContain('gets a short mail from Usher');
    for (const said of ['Nadia', 'Brightside', '6 kW', 'evening']) expect(mails[1]!.text).not.toContain(said);
  });

  it('leaves the mail out where the event names no address', async () => {
    await on();
    const { mails } = await leadOf('A lead with a phone alone');
    expect(mails.map((m) => m.template)).toEqual(['lead']);
    expect(mails[0]!.text).toContain('has heard nothing from Usher');
  });

  it.each([
    ['one of our own', 'support@everbright.example'],
    ['under a domain of ours', 'anybody@goeverbright.com'],
    ['two at once', 'a@mail.example,b@mail.example'],
  ])('asks a person when the address is %s', async (_what, address) => {
    await on();
    await space.edit(LEADS, 'reply_email: nadia.bergstrom@mail.example', `reply_email: "${address}"`);
    const { decision, mails } = await leadOf('A full quote request');
    expect(decision).toMatchObject({ kind: 'hold', reason: expect.stringContaining("The event's reply_email is") });
    expect(mails).toEqual([]);
  });

  it('is off as shipped', async () => {
    const { mails } = await leadOf('A full quote request');
    expect(mails.map((m) => m.template)).toEqual(['lead']);
  });
});

describe('mistakes', () => {
  it.each([
    ['a text of the event', HOMEOWNER, 'Hello,', 'Hello {{ event.fields.first_name }},', 'event-words-to-stranger'],
    [
      'all of them',
      HOMEOWNER,
      'Hello,',
      'Hello {% for f in event.fields %}{{ f }}{% endfor %},',
      'event-words-to-stranger',
    ],
    ['a field that is no address', RULES, 'to: event.reply_email', 'to: event.comments', 'no-event-address'],
    ['a field that nobody declared', RULES, 'to: event.reply_email', 'to: event.mail', 'no-event-address'],
    ['an address of another kind', EVENTS, '{ type: email, most: 254,', '{ most: 254,', 'no-event-address'],
    [
      'a rule on messages',
      RULES,
      '- note: set-up',
      '- email: { to: event.reply_email, template: homeowner }',
      'no-event-address',
    ],
    [
      'two mails',
      RULES,
      '- email: { to: event.reply_email, template: homeowner }',
      '- email: { to: event.reply_email, template: homeowner }\n      - email: { to: event.reply_email, template: lead }',
      'two-replies',
    ],
  ])('%s', async (_what, file, from, to, code) => {
    await space.edit(file, from, to);
    const { problems } = await loadRulebook(space);
    expect(problems.filter((p) => p.severity === 'error').map((p) => p.code)).toContain(code);
  });
});
