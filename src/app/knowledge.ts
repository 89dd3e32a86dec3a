// What a decision made now would use: the rulebook as last checked and the lists as last read, both refreshed while running.
import { createHash } from 'node:crypto';
import { dayIn, outsideOn } from '../core/approval-dates.js';
import type { ListInUse } from '../core/listing.js';
import { type AskedMatch, matchAsked, programmeAsked } from '../core/match/match-asked.js';
import { buildMatchIndexes, indexFor } from '../core/match/programme-indexes.js';
import type { Match } from '../core/match-result.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Knowledge } from '../flow/deps.js';
import { gathered } from '../gather.js';
import { listInUse, listStatus } from '../lists/keeper.js';
import type { Clock, ListStatus, Snapshots } from '../ports.js';
import { type Problem, ProblemError } from '../problem.js';
import type { RulebookSource } from '../rulebook/load.js';
import type { SharedRules } from '../storage/shared-rules.js';
import type { Duty } from './duty.js';
import { openListBoard } from './list-board.js';
import { openRulesFeed } from './rules-feed.js';

export interface KnowledgeOptions {
  source: RulebookSource;
  dataDir: string;
  snapshots: Snapshots;
  shared: SharedRules;
  /** Who reads the files of the rules and of the lists; the other processes follow what that one published. */
  duties: { rules: Duty; lists: Duty };
  /** No other process is on this database. */
  isAlone: boolean;
  /** A command that works beside no bot: it reads, and publishes no rules. */
  isIdle?: boolean;
  clock: Clock;
  quietMs: number;
  /** Milliseconds between looks at the lists' files. */
  lookMs: number;
  /** Runs before new rules or lists are used for the first time in this process; `state` is a hash over both. */
  onState?: (rulebook: Rulebook, state: string) => Promise<void>;
  /** After new rules or lists came into use. */
  onUsed?: (state: string) => Promise<void>;
  /** What forbids using a rulebook here (drafts when live); the last good one stays. */
  mayUse?: (rulebook: Rulebook) => Problem[];
  /** One sentence on what changed. */
  onChange: (says: string) => void;
  /** Shown to the admin; the last good stays in use. */
  onProblems: (problems: Problem[]) => void;
}

export interface KnowledgeBase {
  rulebook(): Rulebook;
  current(): Promise<Knowledge>;
  /** How an organization would be matched with the lists as they are. Throws ProblemError when it is not clear with which programme's. */
  match(asked: AskedMatch): Promise<Match>;
  /** Forgets what was worked out and tells whoever waits. */
  changed(says: string): void;
  /** Reads all lists now. */
  refresh(): Promise<void>;
  listStatuses(): Promise<ListStatus[]>;
  /** Mistakes in the files on disk; [] when they are what is in use. */
  problems(): Problem[];
  stop(): Promise<void>;
}

/** What all processes use is asked for no more often, while cases are decided one after another. */
const SHARED_PACE_MS = 15;
/** Ages and gone organizations are judged anew after this, even when no file changed. */
const FRESH_MS = 30_000;

/** Loads and checks everything. Throws ProblemError when the rules cannot be used at all: there is no last good one yet. */
export async function openKnowledge(options: KnowledgeOptions): Promise<KnowledgeBase> {
  const { clock, snapshots } = options;
  const rules = await openRulesFeed({ ...options, duty: options.duties.rules, onLoaded: rulesChanged });
  // What all processes use by what was seen of it here: a case that another one woke is decided by nothing older.
  let known: string | null = null;
  let cached: { at: number; value: Promise<Knowledge> } | null = null;

  const mappings = () => rules.rulebook().programmes.flatMap((p) => p.lists);
  // Before it is opened nobody is told.
  function rulesChanged(names: string[]): void {
    changed(`rules reloaded: ${names.join(', ')}`);
  }
  let last: { state: string; indexes: Knowledge['indexes'] } | null = null;
  const build = async (): Promise<Knowledge> => {
    const used = rules.rulebook();
    await rules.publish();
    const now = clock.now();
    const lists = await Promise.all(used.programmes.flatMap((p) => p.lists).map((m) => listInUse(m, snapshots, now)));
    const state = stateOf(used, lists, now);
    // Building an index takes seconds for very long lists: only when something is different.
    if (last?.state !== state) {
      known = state;
      await options.onState?.(used, state);
      last = { state, indexes: buildMatchIndexes(lists, used) };
      // After this has been handed out: whoever looks at old cases asks for it.
      setImmediate(() => options.onUsed?.(state).catch((error) => options.onProblems(asProblems(error))));
    }
    return { rulebook: used, lists, indexes: last.indexes };
  };
  // Cases that are decided at the same time ask at once, and none is answered by what was read before it asked.
  const published = gathered(async () => new Map([['now', await options.shared.now()]]), { paceMs: SHARED_PACE_MS });
  const lookAround = async () => {
    const now = (await published('now'))!;
    if (now.rules !== null && now.rules !== rules.active()) await rules.follow();
    if (now.state === known) return;
    known = now.state;
    cached = null;
  };
  const current = async () => {
    if (!options.isAlone) await lookAround();
    const at = clock.now().getTime();
    if (cached && at - cached.at <= FRESH_MS) return cached.value;
    const value = build();
    cached = { at, value };
    // What could not be worked out is worked out anew for the next who asks.
    value.catch(() => {
      if (cached?.value === value) cached = null;
    });
    return value;
  };
  const changed = (says: string) => {
    cached = null;
    options.onChange(says);
    // Whoever waits for this is woken when it is worked out.
    current().catch((error) => options.onProblems(asProblems(error)));
  };
  const board = openListBoard({ ...options, duty: options.duties.lists, mappings, onChange: changed });
  await board.refresh();
  await current();
  const timer = setInterval(() => {
    board
      .refresh()
      .then(current)
      .catch((error) => options.onProblems(asProblems(error)));
  }, options.lookMs);
  return {
    rulebook: rules.rulebook,
    current,
    async match(asked) {
      const { rulebook, indexes } = await current();
      return matchAsked(asked, indexFor(indexes, programmeAsked(asked.programme, rulebook), rulebook, clock.now()));
    },
    changed,
    refresh: () => board.refresh(),
    listStatuses: () => Promise.all(mappings().map((m) => listStatus(m, snapshots, clock.now()))),
    problems: rules.problems,
    async stop() {
      clearInterval(timer);
      await rules.stop();
      await board.stop();
    },
  };
}

/** Equal for equal rules and lists, the same of them to be relied on, and the same approvals in force: a day that begins can change that. */
function stateOf(rulebook: Rulebook, lists: ListInUse[], now: Date): string {
  const dated = new Map(rulebook.programmes.flatMap((p) => p.lists).map((m) => [m.name, m.approvalDates]));
  const outside = (list: ListInUse) => {
    const dates = dated.get(list.name);
    return dates ? [outsideOn(list.snapshot?.listings ?? [], dayIn(now, dates.zone))] : [];
  };
  const parts = lists.map((l) => [
    l.name,
    l.snapshot?.hash,
    l.problem,
    l.gone.map((g) => `${g.hash}:${g.listing.row}`),
    ...outside(l),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([rulebook.hash, parts]))
    .digest('hex');
}

function asProblems(error: unknown): Problem[] {
  if (error instanceof ProblemError) return error.problems;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: 'list-refresh-failed', family: 'bug', severity: 'error', message, fix: 'See the log' }];
}
