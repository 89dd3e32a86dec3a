// Where the rulebook comes from: own files while this process has the duty, else what another one published; one pointer for all.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Rulebook } from '../core/rulebook.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { loadRulebook, type RulebookSource } from '../rulebook/load.js';
import { hashOfTexts, type RuleTexts, readRuleTexts } from '../rulebook/rule-texts.js';
import { runScenarios, scenarioProblems } from '../rulebook/run-scenarios.js';
import { signatureOf, type Watch, watchRulebook } from '../rulebook/watch.js';
import type { SharedRules } from '../storage/shared-rules.js';
import type { Duty } from './duty.js';
import { layOut, textsOf } from './publish-rules.js';

export interface RulesFeedOptions {
  source: RulebookSource;
  dataDir: string;
  shared: SharedRules;
  duty: Duty;
  /** A command that works beside no bot: it reads, and publishes nothing. */
  isIdle?: boolean;
  /** What forbids using a rulebook here (drafts when live); the last good one stays. */
  mayUse?: (rulebook: Rulebook) => Problem[];
  /** Another rulebook is in use; `names` says what changed. */
  onLoaded: (names: string[]) => void;
  onProblems: (problems: Problem[]) => void;
}

export interface RulesFeed {
  rulebook(): Rulebook;
  /** Hash of the published files in use here; null while own ones are not published yet. */
  active(): string | null;
  problems(): Problem[];
  /** Takes over what another process published; its own files count for nothing then. */
  follow(): Promise<void>;
  /** Makes the rulebook in use the one of all processes, when this one has the duty. Before its first use. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 2_000;

/** Throws ProblemError when there is no rulebook that can be used at all. */
export async function openRulesFeed(options: RulesFeedOptions): Promise<RulesFeed> {
  const feed = new Feed(options);
  await feed.open();
  return feed;
}

class Feed implements RulesFeed {
  readonly #options: RulesFeedOptions;
  readonly #folder: string;
  #rulebook!: Rulebook;
  #texts: RuleTexts | null = null;
  #active: string | null = null;
  #unusable: string | null = null;
  /** How the files stood that the rulebook was read from at the start; undefined when it was not. */
  #loadedFrom: string | undefined;
  #problems: Problem[] = [];
  #watch: Watch | undefined;
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isReader = false;
  #isStopped = false;

  constructor(options: RulesFeedOptions) {
    this.#options = options;
    this.#folder = join(resolve(options.dataDir), 'published-rules');
  }

  async open(): Promise<void> {
    const { duty, shared, source } = this.#options;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { rules } = await shared.now();
    this.#isReader = await duty.hold();
    if (rules !== null && !(this.#isReader && (await this.#hasNews(rules)))) {
      if (!this.#isReader) await this.#joined();
      await this.#take(rules);
      if (!this.#rulebook) throw new ProblemError(this.#problems);
    } else {
      this.#loadedFrom = await signatureOf(source);
      this.#rulebook = await firstRulebook(source);
      refuse(this.#options.mayUse?.(this.#rulebook) ?? []);
    }
    this.#next(0);
  }

  rulebook = () => this.#rulebook;
  active = () => this.#active;
  problems = () => this.#problems;

  follow(): Promise<void> {
    return this.#alone(async () => {
      const { rules } = await this.#options.shared.now();
      if (!this.#isReader && rules !== null && rules !== this.#active) await this.#take(rules);
    });
  }

  publish(): Promise<void> {
    return this.#alone(async () => {
      const { duty, shared, source } = this.#options;
      if (this.#options.isIdle || this.#isStopped || this.#active !== null || !(await duty.hold())) return;
      const own = await readRuleTexts(source);
      const laid = await textsOf(this.#rulebook, { own, published: this.#texts, folder: this.#folder });
      if (!laid || !(await shared.activate(laid.hash, laid.texts, { duty: duty.name, owner: duty.owner }))) return;
      this.#texts = laid.texts;
      this.#active = laid.hash;
      // A mix is not what stands in the files: they are news still.
      if (laid.hash === hashOfTexts(own)) await this.#remember(laid.hash);
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#turn.catch(() => {});
    await this.#watch?.stop();
    await this.#options.duty.release();
  }

  /** One thing at a time; a failure is the caller's and ends nothing. */
  #alone(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.catch(() => {}).then(task);
    return this.#turn;
  }

  #next(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      // A database that is away for a moment is not told of here: whoever decides finds out, too.
      void this.#alone(() => this.#look())
        .catch(() => {})
        .then(() => this.#next(LOOK_MS));
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { duty, shared } = this.#options;
    this.#isReader = await duty.hold();
    if (this.#isReader) {
      if (!this.#watch && (this.#active === null || (await this.#hasNews(this.#active)))) this.#startWatch();
      return;
    }
    await this.#watch?.stop();
    this.#watch = undefined;
    const { rules } = await shared.now();
    if (rules !== null && rules !== this.#active) await this.#take(rules);
  }

  #startWatch(): void {
    this.#watch = watchRulebook({
      ...this.#options.source,
      current: this.#rulebook,
      loadedFrom: this.#loadedFrom,
      onLoaded: (next, names) => {
        const refused = this.#options.mayUse?.(next) ?? [];
        if (refused.length > 0) return this.#report(refused);
        this.#rulebook = next;
        this.#active = null;
        this.#options.onLoaded(names);
      },
      onProblems: (found) => this.#report(found),
    });
  }

  /** Uses what was published under this hash, or says why not and stays with what is in use. */
  async #take(hash: string): Promise<void> {
    if (hash === this.#unusable) return;
    const texts = await this.#options.shared.texts(hash);
    const laid = texts && (await layOut(this.#folder, texts));
    const rulebook = laid?.loaded.rulebook ?? null;
    const refused = rulebook ? (this.#options.mayUse?.(rulebook) ?? []) : (laid?.loaded.problems ?? []);
    if (!rulebook || refused.length > 0) {
      this.#unusable = hash;
      return this.#report([unusable(hash), ...refused.filter((p) => p.severity === 'error')]);
    }
    this.#loadedFrom = undefined;
    const isFirst = !this.#rulebook;
    this.#rulebook = rulebook;
    this.#active = hash;
    this.#texts = texts;
    if (this.#problems.length > 0) this.#report([]);
    if (!isFirst) this.#options.onLoaded(['as published by another process']);
  }

  #report(found: Problem[]): void {
    this.#problems = found;
    this.#options.onProblems(found);
  }

  /** Whether the own files say something that nobody has considered yet; files as they were when others went on are stale. */
  async #hasNews(active: string): Promise<boolean> {
    const own = hashOfTexts(await readRuleTexts(this.#options.source));
    return own === active || own !== (await readFile(this.#mark, 'utf8').catch(() => null));
  }

  /** A process that joins others brings no news. */
  async #joined(): Promise<void> {
    const own = hashOfTexts(await readRuleTexts(this.#options.source));
    await writeFile(this.#mark, own, { flag: 'wx', mode: 0o600 }).catch(() => {});
  }

  async #remember(hash: string): Promise<void> {
    await writeFile(this.#mark, hash, { mode: 0o600 });
  }

  get #mark(): string {
    return join(this.#folder, 'considered');
  }
}

function unusable(hash: string): Problem {
  return problem(
    'rules-published-unusable',
    `The rules that another process published (${hash.slice(0, 12)}) cannot be used here`,
    'Start the same release everywhere; the problems below say what is wrong',
  );
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}

async function firstRulebook(source: RulebookSource): Promise<Rulebook> {
  const loaded = await loadRulebook(source);
  if (!loaded.rulebook) throw new ProblemError(loaded.problems.filter((p) => p.severity === 'error'));
  const { directory } = loaded.rulebook;
  const failed = Object.values(loaded.byProgramme).flatMap(({ programme, scenarios }) =>
    programme ? scenarioProblems(runScenarios({ hash: '', directory, programmes: [] }, programme, scenarios)) : [],
  );
  refuse(failed);
  return loaded.rulebook;
}
