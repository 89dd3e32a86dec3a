// What the simulated bot knows: the shipped rules, and before them some that wait, ask for approvals, tell other systems and take events.
import type { Knowledge } from '../../src/flow/deps.js';
import { knowledgeWith } from '../flow/knowledge-with.js';
import { sampleKnowledge } from '../flow/sample-knowledge.js';
import { DIRECTORY, RULES, TEMPLATES, type Workspace } from '../rulebook/workspace.js';

/**
 * Who names no company is asked, reminded and told of to sales, all within minutes; an answer leads to an approval, an approval to
 * two other systems, and the record that one of them makes sends an event. A lead comes as an event and goes the same way.
 */
const WAITS = `
  - id: asks
    when: { match.verdict: unidentified, match.name: { exists: false } }
    outcome: asked
    then:
      - ask: { template: need-details, within: 6m }
      - stage: asked
      - remind: { after: 2m, reply: need-details }
      - escalate: { after: 4m, email: { to: sales-development, template: follow-up } }
  - id: nudged
    when: { case.wait.rule: granted, case.event: "Ticket:Ready" }
    outcome: ready
    then: [ { tag: nudged } ]
  - id: granted
    when: { case.approvals.go: approved }
    outcome: granted
    then:
      - email: { to: sales-development, template: follow-up }
      - http: { to: registry, key: create, path: /records, body: { about: "{{ ticket.id }}" }, response: { record: /id } }
      - http: { to: counter, key: tell, path: /told, body: { about: "{{ ticket.id }}" } }
      - note: forwarded
      - wait: { for: 8m, event: "Record:Ready" }
  - id: ready
    when: { case.wait.rule: granted, case.wait.over: false }
    outcome: ready
    then: [ { tag: ready }, { untag: answered } ]
  - id: answered
    when: { case.rules: { contains: asks }, case.wait.over: false }
    outcome: answered
    then:
      - note: forwarded
      - tag: answered
      - stage: answered
      - approve: { name: go, by: [sales-development, partner-integrations], template: approve-go, within: 3m }
  - id: rested
    when: { case.rules: { contains: answered } }
    outcome: rested
    then: [ { untag: answered }, { status: open } ]
  - id: no-answer
    when: { case.wait.over: true }
    then: [ { hold: "The requester did not answer" } ]
  - id: lead
    on: event
    when: { event.name: "Lead:Create" }
    outcome: lead-passed
    then:
      - email: { to: sales-development, template: lead }
      - http: { to: counter, key: tell-lead, path: /told, body: { lead: "{{ event.fields.id }}" } }
      - http: { to: registry, key: create-lead, path: /leads, body: { lead: "{{ event.fields.id }}" }, response: { record: /id } }
      - http: { to: counter, key: tell-record, path: /told, body: { record: '{{ case.values.record | default: "" }}' } }
      - slack: { channel: everbright-sales, template: lead }
`;

const EVENTS = `usher: 1
sources:
  shop:
    title: The shop
    secret: { uri: shop-events }
    fields: /data
    events:
      "Lead:Create": { id: [id], fields: { id: { required: true } } }
      "Record:Ready": { id: [record], wakes: { value: record, field: record }, fields: { record: { required: true } } }
      "Ticket:Ready": { id: [ticket, nth], wakes: { ticket: ticket }, fields: { ticket: { required: true }, nth: { required: true } } }
`;

/** The one takes a repetition for the same request, of the other nobody says so. */
const ENDPOINTS = `endpoints:
  registry: { url: "https://registry.example", idempotent: true }
  counter: { url: "https://counter.example" }`;
const SUBSCRIBERS = `subscribers:
  all-ears: { url: "https://all-ears.example/usher", secret: all-ears }`;

async function otherSystems(workspace: Workspace): Promise<void> {
  await workspace.write('rules/everbright-api-access/events.yaml', EVENTS);
  await workspace.edit(RULES, 'receives: { intent', 'receives: { event: "Lead:Create", intent');
  await workspace.edit(DIRECTORY, 'endpoints:', ENDPOINTS);
  await workspace.edit(DIRECTORY, 'subscribers:', SUBSCRIBERS);
  const lead = 'A lead: {{ event.fields.id }}.\n\n{{ signature }}\n';
  await workspace.write(`${TEMPLATES}/lead.email.en.liquid`, `---\nsubject: A lead\n---\n${lead}`);
  await workspace.write(`${TEMPLATES}/lead.slack.en.liquid`, 'A lead: {{ event.fields.id }}.\n');
  const approve = 'About {{ ticket.id }}:\n\n{{ approval.link }}\n\n{{ signature }}\n';
  await workspace.write(`${TEMPLATES}/approve-go.email.en.liquid`, `---\nsubject: Please approve\n---\n${approve}`);
}

export async function simKnowledge(): Promise<Knowledge> {
  return knowledgeWith(await sampleKnowledge(), WAITS, 'stages: [asked, answered]', otherSystems);
}
