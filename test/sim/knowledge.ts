// What the simulated bot knows: the shipped rules, and before them some that wait, so that deaths and faults meet waits as well.
import type { Knowledge } from '../../src/flow/deps.js';
import { knowledgeWith } from '../flow/knowledge-with.js';
import { sampleKnowledge } from '../flow/sample-knowledge.js';

/** Who names no company is asked, reminded and told of to sales, all within minutes; an answer leads to an approval that nobody gives. */
const WAITS = `
  - id: asks
    when: { match.verdict: unidentified, match.name: { exists: false } }
    outcome: asked
    then:
      - ask: { template: need-details, within: 6m }
      - stage: asked
      - remind: { after: 2m, reply: need-details }
      - escalate: { after: 4m, email: { to: sales-development, template: follow-up } }
  - id: answered
    when: { case.rules: { contains: asks }, case.wait.over: false }
    outcome: answered
    then:
      - note: forwarded
      - tag: answered
      - stage: answered
      - approve: { name: go, by: [sales-development], template: follow-up, within: 3m }
  - id: rested
    when: { case.rules: { contains: answered } }
    outcome: rested
    then: [ { untag: answered }, { status: open } ]
  - id: no-answer
    when: { case.wait.over: true }
    then: [ { hold: "The requester did not answer" } ]
`;

export async function simKnowledge(): Promise<Knowledge> {
  return knowledgeWith(await sampleKnowledge(), WAITS, 'stages: [asked, answered]');
}
