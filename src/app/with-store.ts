// Commands on the store itself, when no bot runs.
import type { ControlHandlers } from '../http/control-socket.js';
import type { Settings } from '../settings.js';
import { sharedRules } from '../storage/shared-rules.js';
import { controlHandlers } from './control-handlers.js';
import { dutyOf } from './duty.js';
import { type KnowledgeBase, openKnowledge } from './knowledge.js';
import { ownerName } from './roles.js';
import { closeAll, type Opened, openStore, type Store } from './store.js';

/** No bot runs: the command works on the store itself, which is locked meanwhile. */
export async function withStore<T>(settings: Settings, work: (handlers: ControlHandlers) => Promise<T>): Promise<T> {
  const opened: Opened = [];
  try {
    const store = await openStore(settings, {}, opened);
    let opening: Promise<KnowledgeBase> | undefined;
    // Cases can be looked at and settled whatever is wrong with the rules.
    const knowledge = () => {
      opening ??= openIdleKnowledge(settings, store, opened);
      return opening;
    };
    return await work(controlHandlers({ ...store, programmes: settings.PROGRAMMES, knowledge }));
  } finally {
    await closeAll(opened);
  }
}

/** Where another process has the lists and rules in its care, this one only looks on. */
async function openIdleKnowledge(settings: Settings, store: Store, opened: Opened): Promise<KnowledgeBase> {
  const owner = ownerName();
  const knowledge = await openKnowledge({
    source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
    dataDir: settings.DATA_DIR,
    snapshots: store.snapshots,
    shared: sharedRules(store.db.kysely()),
    duties: { rules: dutyOf(store.ledger, 'rules', owner), lists: dutyOf(store.ledger, 'lists', owner) },
    isAlone: store.db.kind === 'embedded',
    isIdle: true,
    clock: { now: () => new Date() },
    quietMs: (settings.LIST_QUIET_SECONDS ?? 120) * 1000,
    lookMs: 60_000,
    onChange: () => {},
    onProblems: () => {},
  });
  opened.push(() => knowledge.stop());
  return knowledge;
}
