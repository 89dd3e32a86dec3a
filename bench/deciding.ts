// Part (d): how often a second a ticket can be decided on with 100 rules that match no patterns.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide } from '../src/core/decide.js';
import { buildMatchIndexes } from '../src/core/match/programme-indexes.js';
import { ticketShape } from '../src/core/ticket.js';
import { firstSight, triage } from '../src/core/triage.js';
import { loadRulebook } from '../src/rulebook/load.js';
import { shown, type Table } from './report.js';
import { microsecondsOf } from './timing.js';

const PROGRAMME = 'everbright-api-access';
const RULES = 100;

/** Ninety-nine rules of three conditions each that do not fit, and one that does. */
function rulesFile(): string {
  const rule = (n: number) => `  - id: rule-${n}
    when: { match.verdict: [listed, unidentified], ticket.subject: { contains: "nobody says ${n}" }, any: [ { requester.isIntermediary: true }, { ticket.channel: "channel-${n}" } ] }
    then: [ { hold: "Rule ${n}" } ]`;
  return [
    'usher: 1',
    `programme: ${PROGRAMME}`,
    'title: Many rules',
    'receives: { intent: api-access-request, scope: { assigned: false, status: [new, open] } }',
    'locale: en',
    'rules:',
    ...Array.from({ length: RULES - 1 }, (_, n) => rule(n)),
    '  - id: last',
    '    when: { any: [ { match.verdict: unidentified }, { requester.isIntermediary: false } ] }',
    '    then: [ { hold: "The last one" } ]',
    '',
  ].join('\n');
}

export async function deciding(rounds: number): Promise<Table> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-bench-rules-'));
  try {
    await cp('rules', join(folder, 'rules'), { recursive: true });
    await rm(join(folder, 'rules', PROGRAMME, 'scenarios'), { recursive: true });
    await writeFile(join(folder, 'rules', PROGRAMME, 'rules.yaml'), rulesFile());
    const loaded = await loadRulebook({
      rulesDir: join(folder, 'rules'),
      templatesDir: 'templates',
      programmes: [PROGRAMME],
    });
    const { rulebook } = loaded;
    if (!rulebook) throw new Error(JSON.stringify(loaded.problems, null, 1));
    const programme = rulebook.programmes[0]!;
    const ticket = ticketShape.parse({
      id: '1',
      subject: 'API access request',
      body: 'We would like to get API access for our integration.',
      requester: { email: 'pat@somewhere.example' },
    });
    const lists = programme.lists.map((l) => ({
      name: l.name,
      title: l.title,
      snapshot: null,
      problem: null,
      gone: [],
    }));
    const input = { ticket, caseFacts: firstSight, lists, indexes: buildMatchIndexes(lists, rulebook), rulebook };
    const answer = triage({ ...input, now: '2026-01-01T00:00:00Z' });
    const reached = decide(answer.facts, programme);
    if (reached.rule !== 'last') throw new Error(`decided by ${reached.rule}: ${reached.reason}`);
    const onlyDecide = microsecondsOf(() => decide(answer.facts, programme), rounds);
    const whole = microsecondsOf(() => triage({ ...input, now: '2026-01-01T00:00:00Z' }), rounds);
    return {
      name: 'deciding',
      head: ['what', 'a second', 'aim'],
      rows: [
        [`\`decide\` with ${RULES} rules of four conditions, the last one fits`, shown(1e6 / onlyDecide), '50,000'],
        ['the whole of `triage` with them: screening, intent, matching, facts, rules', shown(1e6 / whole), '–'],
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
