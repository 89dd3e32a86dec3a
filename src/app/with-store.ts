// Commands on the store itself, when no bot runs.
import type { ControlHandlers } from '../http/control-socket.js';
import type { Snapshots } from '../ports.js';
import type { Settings } from '../settings.js';
import { controlHandlers } from './control-handlers.js';
import { type KnowledgeBase, openKnowledge } from './knowledge.js';
import { closeAll, type Opened, openStore } from './store.js';

/** No bot runs: the command works on the store itself, which is locked meanwhile. */
export async function withStore<T>(settings: Settings, work: (handlers: ControlHandlers) => Promise<T>): Promise<T> {
  const opened: Opened = [];
  try {
    const { ledger, views, snapshots, comparisons } = await openStore(settings, {}, opened);
    let opening: Promise<KnowledgeBase> | undefined;
    // Cases can be looked at and settled whatever is wrong with the rules.
    const knowledge = () => {
      opening ??= openIdleKnowledge(settings, snapshots, opened);
      return opening;
    };
    return await work(
      controlHandlers({ ledger, views, snapshots, comparisons, programmes: settings.PROGRAMMES, knowledge }),
    );
  } finally {
    await closeAll(opened);
  }
}

async function openIdleKnowledge(settings: Settings, snapshots: Snapshots, opened: Opened): Promise<KnowledgeBase> {
  const knowledge = await openKnowledge({
    source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
    dataDir: settings.DATA_DIR,
    snapshots,
    clock: { now: () => new Date() },
    quietMs: (settings.LIST_QUIET_SECONDS ?? 120) * 1000,
    lookMs: 60_000,
    onChange: () => {},
    onProblems: () => {},
  });
  opened.push(() => knowledge.stop());
  return knowledge;
}
