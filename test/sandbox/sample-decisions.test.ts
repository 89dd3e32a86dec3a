// Every sample ticket, and what its writer answers, gets the decision it was written for; together they reach every rule.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { readListsOnDisk, toListInUse } from '../../src/commands/lists-on-disk.js';
import { decide } from '../../src/core/decide.js';
import type { CaseFacts, Facts, Triage } from '../../src/core/decision.js';
import type { ListInUse } from '../../src/core/listing.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Programme, Rulebook } from '../../src/core/rulebook.js';
import { firstSight, triage } from '../../src/core/triage.js';
import type { HelpdeskReader } from '../../src/ports.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { rulesNotReached, sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { answerAs, PATIENCE, postAbout, reacting, untilListChanges, worldOnDisk } from './sample-world.js';

const now = new Date('2026-11-02T09:00:00Z');
const root = join(import.meta.dirname, '../..');

let dataDir: string;
let sandbox: Sandbox;
let ids: string[];
let reader: HelpdeskReader;
let rulebook: Rulebook;
let programme: Programme;
let lists: ListInUse[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-samples-'));
  sandbox = await startSandbox({ dataDir });
  ids = sandbox.fileSamples();
  await writeSampleLists(join(dataDir, 'lists'));
  const { url, email, apiToken } = sandbox.zendesk;
  reader = zendeskReader({ name: 'sandbox', url, email, apiToken, allowPrivateNetwork: true });
  const loaded = await loadRulebook({
    rulesDir: join(root, 'rules'),
    templatesDir: join(root, 'templates'),
    programmes: ['everbright-api-access'],
  });
  if (!loaded.rulebook) throw new Error('the shipped rulebook has problems');
  rulebook = loaded.rulebook;
  programme = rulebook.programmes[0]!;
  lists = await readLists();
}, PATIENCE.timeout);
afterAll(async () => {
  await sandbox?.close();
  await rm(dataDir, { recursive: true });
});

async function readLists(): Promise<ListInUse[]> {
  return (await readListsOnDisk(programme.lists, dataDir, now)).map(toListInUse);
}

async function decideOn(id: string, caseFacts: CaseFacts = firstSight): Promise<Triage> {
  const ticket = await reader.fetchTicket(id);
  if (!ticket) throw new Error(`no ticket ${id}`);
  const indexes = buildMatchIndexes(lists, rulebook);
  return triage({ ticket, caseFacts, lists, indexes, rulebook, now });
}

it.each(sampleTickets.map((t, i) => [t.key, t, i] as const))('%s', async (_key, ticket, i) => {
  const { kind, rule } = (await decideOn(ids[i]!)).decision;
  expect({ kind, rule }).toEqual(ticket.expected);
});

describe('what follows', { timeout: 2 * PATIENCE.timeout }, () => {
  it.each(reacting.map((r) => [r.reaction.expected.rule, r] as const))('%s', async (_rule, one) => {
    const ticketId = ids[one.place]!;
    const { outcome, rule: previousRule } = (await decideOn(ticketId)).decision;
    const answer = () => answerAs(one.reaction.once, ticketId, sandbox);
    if (one.reaction.approves) {
      await untilListChanges(dataDir, answer);
      lists = await readLists();
      const seen: CaseFacts = {
        ...firstSight,
        episode: 2,
        trigger: 'list',
        on: 'list',
        previousProgramme: programme.name,
        previousOutcome: outcome,
        previousRule,
      };
      const { kind, rule } = (await decideOn(ticketId, seen)).decision;
      expect({ kind, rule }).toEqual(one.reaction.approves.expected);
      for (const what of ['declined', 'relisted']) await postAbout(ticketId, what, sandbox);
    } else await answer();
    const reactedOn = await vi.waitFor(async () => {
      const made = (await worldOnDisk(dataDir)).reactions?.[one.key];
      if (!made) throw new Error('nobody has reacted');
      return made;
    }, PATIENCE);
    const caseFacts: CaseFacts =
      reactedOn === ticketId
        ? { ...firstSight, episode: 2, trigger: 'reply', previousOutcome: outcome, previousRule }
        : { ...firstSight, handoffDaysAgo: 0 };
    const { kind, rule } = (await decideOn(reactedOn, caseFacts)).decision;
    expect({ kind, rule }).toEqual(one.reaction.expected);
  });
});

describe('the rules', () => {
  it('are all reached, but for those of which it is said why not', () => {
    const reached = new Set(
      [...sampleTickets, ...reacting.flatMap(({ reaction }) => [reaction, reaction.approves ?? reaction])].map(
        (s) => s.expected.rule,
      ),
    );
    const shipped = programme.rules.map((rule) => rule.id);
    expect(shipped.filter((id) => !reached.has(id)).sort()).toEqual(Object.keys(rulesNotReached).sort());
    expect([...reached].filter((id) => id !== null && !shipped.includes(id))).toEqual([]);
  });

  it('leave nothing to "unclear", whatever the shipped lists can say of anybody', async () => {
    const { facts } = await decideOn(ids[0]!);
    const words = programme.lists.map((list) => [...Object.keys(list.statuses), 'absent', null]);
    const said = combinations(
      programme.lists.map((l) => l.name),
      words,
    );
    const listed = said.filter((values) => Object.values(values).some((value) => value !== 'absent'));
    const unlisted = said.filter((values) => Object.values(values).every((value) => value === 'absent'));
    const nothing = said.filter((values) => Object.values(values).every((value) => value === null));
    const cases = [
      ...listed.map((values) => withMatch(facts, 'listed', values)),
      ...unlisted.map((values) => withMatch(facts, 'unlisted', values)),
      ...['ambiguous', 'unidentified', null].flatMap((verdict) =>
        [...nothing, ...listed].map((values) => withMatch(facts, verdict, values)),
      ),
    ];
    expect(cases.length).toBeGreaterThan(60);
    const rules = cases.map((one) => decide(one, programme).rule);
    expect(rules).not.toContain(null);
    expect(rules).not.toContain('unclear');
  });
});

type Words = Record<string, string | null>;

function combinations([name, ...names]: string[], [words, ...rest]: (string | null)[][]): Words[] {
  if (name === undefined) return [{}];
  return words!.flatMap((word) => combinations(names, rest).map((others) => ({ [name]: word, ...others })));
}

function withMatch(facts: Facts, verdict: string | null, words: Words): Facts {
  return { ...facts, match: { ...facts.match, verdict }, lists: words };
}
