// Commands on the store itself, when no bot runs.
import type { ControlHandlers } from '../http/control-socket.js';
import type { Settings } from '../settings.js';
import { controlHandlers } from './control-handlers.js';
import { openKnowledge } from './knowledge.js';
import { closeAll, type Opened, openStore } from './store.js';

/** No bot runs: the command works on the store itself, which is locked meanwhile. */
export async function withStore<T>(settings: Settings, work: (handlers: ControlHandlers) => Promise<T>): Promise<T> {
  const opened: Opened = [];
  try {
    const { ledger, views, snapshots } = await openStore(settings, {}, opened);
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
    return await work(controlHandlers({ ledger, views, snapshots, knowledge }));
  } finally {
    await closeAll(opened);
  }
}
