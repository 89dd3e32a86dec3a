// The suites that planted bugs are shown to; each throws at the first thing that is wrong.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { sampleKnowledge } from '../../flow/sample-knowledge.js';
import { LEDGER_CHECKS } from '../../storage/ledger-checks.js';
import { memoryLedger } from '../ledger/memory-ledger.js';
import * as modes from '../modes.js';
import type { Plan } from '../plan.js';
import { allPoints } from '../points.js';
import { seedOf } from '../random.js';
import { Simulation } from '../simulation.js';
import { replayOf } from '../tally.js';

/** A simulated run that keeps every promise. */
function simulated(knowledge: Awaited<ReturnType<typeof sampleKnowledge>>) {
  return async (plan: Plan): Promise<void> => {
    const { broken } = await new Simulation(plan, knowledge).play();
    deepEqual(broken, [], replayOf(plan));
  };
}

/** A ticket that is declined: mail, post, reply and the end of the ticket. */
const declined = (plan: Plan): Plan => ({ ...plan, tickets: [{ kind: 'unlisted', atMs: 0 }] });

const SIZE = 25;

/** Loaded by those who need it: each suite is shown to a process of its own. */
const adapters = () => import('./adapter-checks.js');

export const CATCHERS = {
  async kills() {
    const play = simulated(await sampleKnowledge());
    const points = (await allPoints()).filter((p) => !/holdDuty|dueCases|latestRun|olled|ursor|Run /.test(p));
    for (let n = 1; n <= SIZE; n++) {
      const at = points[seedOf(n, 'plant') % points.length]!;
      await play(declined(modes.kill(n, [{ at, nth: 1 }])));
    }
    await play(declined(modes.kill(1, [{ at: 'ledger.beginSend asked', nth: 1 }])));
    await play(declined(modes.kill(1, [{ at: 'ledger.sightWebhook asked', nth: 1 }])));
  },
  async 'polling alone'() {
    const play = simulated(await sampleKnowledge());
    for (let n = 1; n <= SIZE; n++)
      await play({ ...modes.kill(n, [{ at: 'ledger.openCase asked', nth: 1 }]), isDeaf: true, processes: 1 });
  },
  async people() {
    const play = simulated(await sampleKnowledge());
    const points = ['ticket-inspected', 'write-claimed', 'send-begun', 'desk.update asked'];
    for (let n = 1; n <= 2 * SIZE; n++) await play(declined(modes.human(n, points[n % points.length]!, 1 + (n % 3))));
  },
  async 'ledger in memory'() {
    let now = Date.parse('2026-11-23T18:00:00Z');
    const pass = async (ms: number) => {
      now += ms;
    };
    const { ledger } = memoryLedger(() => now);
    for (const check of Object.values(LEDGER_CHECKS)) await check({ ledger, pass });
  },
  async 'ledger on a database'() {
    const { onDatabase } = await import('./on-database.js');
    await onDatabase(async (under) => {
      // The host's clock may be anything: only the database's counts.
      const realNow = Date.now;
      Date.now = () => realNow() - 3_600_000;
      for (const name of ['fills a slot once, whatever decision asks for it', LEASES])
        await LEDGER_CHECKS[name]!(under);
    });
  },
  'mail answers': async () => (await adapters()).mailAnswers(),
  'slack answers': async () => (await adapters()).slackAnswers(),
  'reading back': async () => (await adapters()).readingBack(),
  redirects: async () => (await adapters()).redirects(),
  spreadsheets: async () => (await adapters()).spreadsheets(),
  matching: async () => (await adapters()).matching(),
  escaping: async () => (await adapters()).escaping(),
  signatures: async () => (await adapters()).signatures(),
} satisfies Record<string, () => Promise<void>>;

const LEASES = 'gives a case to one worker at a time, and to the next when the lease has run out';

export type Catcher = keyof typeof CATCHERS;

/** Whether these stories are still told under these names. */
export function areStoriesKnown(): void {
  ok(LEDGER_CHECKS[LEASES]);
  equal(typeof LEDGER_CHECKS['fills a slot once, whatever decision asks for it'], 'function');
}
