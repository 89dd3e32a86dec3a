// Opens the rules and lists for the bot: one process reads their files, all decide by what it published.
import type { AppEvents } from '../app.js';
import { wakeRelisted } from '../flow/relisting.js';
import type { Settings } from '../settings.js';
import { sharedRules } from '../storage/shared-rules.js';
import { dutyOf, noDuty } from './duty.js';
import { type KnowledgeBase, openKnowledge } from './knowledge.js';
import { publishRulebook } from './publish-rulebook.js';
import type { Role } from './roles.js';
import { samplesIn } from './samples-in.js';
import type { Opened, Store } from './store.js';

export interface ListsParts extends Store {
  role: Role;
  owner: string;
  isSandbox: boolean;
  /** Acts on a real help desk: nothing that was only meant as an example may be used. */
  isLive: boolean;
  onUsed: (state: string) => Promise<void>;
}

const clock = { now: () => new Date() };

export async function openLists(
  settings: Settings,
  events: AppEvents,
  parts: ListsParts,
  opened: Opened,
): Promise<KnowledgeBase> {
  const { ledger, db, role, isSandbox } = parts;
  const duty = (name: string) => (role.works ? dutyOf(ledger, name, parts.owner) : noDuty);
  const knowledge = await openKnowledge({
    source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
    dataDir: settings.DATA_DIR,
    snapshots: parts.snapshots,
    shared: sharedRules(db.kysely()),
    duties: { rules: duty('rules'), lists: duty('lists') },
    isAlone: db.kind === 'embedded',
    clock,
    quietMs: (settings.LIST_QUIET_SECONDS ?? (isSandbox ? 2 : 120)) * 1000,
    lookMs: isSandbox ? 2_000 : 15_000,
    async onState(rulebook, state) {
      // Who decides nothing wakes nobody.
      if (!role.works) return;
      await publishRulebook(ledger, rulebook);
      const before = await ledger.swap('knowledge-state', state);
      // Also what changed while nobody ran: cases that wait or are held are looked at once more.
      if (before !== null && before !== state)
        await ledger.wakeHeld(`state:${state}:${clock.now().toISOString()}`, null);
    },
    mayUse: (rulebook) => (parts.isLive ? samplesIn(rulebook, settings.RULES_DIR) : []),
    onUsed: parts.onUsed,
    onChange: events.onProgress,
    onProblems: events.onProblems,
  });
  opened.push(() => knowledge.stop());
  return knowledge;
}

/** Whom the lists let in by now is asked once the flow is wired, also of what came into use before that. */
export function relistedLater(): {
  onUsed: (state: string) => Promise<void>;
  wire(deps: Parameters<typeof wakeRelisted>[0]): void;
} {
  let used: string | null = null;
  let wake: ((state: string) => Promise<unknown>) | null = null;
  return {
    async onUsed(state) {
      used = state;
      await wake?.(state);
    },
    wire(deps) {
      wake = (state) => wakeRelisted(deps, state);
      // The start does not wait until all cases of 90 days were gone through.
      if (used === null) return;
      wake(used).catch((error) => deps.log.warn({ err: error }, 'organizations let in meanwhile were not looked for'));
    },
  };
}
