// Which help desk this process works for: the sandbox, which it starts itself, or a real one.
import { join } from 'node:path';
import type { Mode } from '../ledger.js';
import { loadDirectory } from '../rulebook/load-directory.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Settings } from '../settings.js';
import type { Opened } from './store.js';

export interface Desk {
  /** As in case ids. */
  name: string;
  mode: 'sandbox' | Mode;
  isSandbox: boolean;
  sandbox: Sandbox | null;
  /** The settings by which the outside is reached: the sandbox's own in the sandbox. */
  reach: Settings;
}

export async function openDesk(settings: Settings, opened: Opened): Promise<Desk> {
  if (!settings.HELPDESK.includes('sandbox'))
    return {
      name: settings.HELPDESK[0]!,
      mode: settings.MODE ?? 'shadow',
      isSandbox: false,
      sandbox: null,
      reach: settings,
    };
  // Loaded only where it is needed: a bot on a real help desk starts without it.
  const [{ writeSampleLists }, { startSandbox }] = await Promise.all([
    import('../sandbox/sample-lists.js'),
    import('../sandbox/sandbox.js'),
  ]);
  await writeSampleLists(join(settings.DATA_DIR, 'lists'));
  const sandbox = await startSandbox({ dataDir: settings.DATA_DIR, channels: await channelsOf(settings) });
  opened.push(() => sandbox.close());
  const reach = { ...settings, ...sandbox.settings(), ALLOW_PRIVATE_NETWORK: true };
  return { name: 'sandbox', mode: 'sandbox', isSandbox: true, sandbox, reach };
}

/** The directory's channels, so that every post of a rule finds its place. */
async function channelsOf({ RULES_DIR }: Settings) {
  const { directory } = await loadDirectory(RULES_DIR);
  return Object.values(directory?.channels ?? {}).map(({ id, name }) => ({ id, name: name.replace('#', '') }));
}
