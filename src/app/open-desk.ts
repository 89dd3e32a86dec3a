// Which help desk this process works for: the sandbox, which it starts itself, or a real one.
import { join } from 'node:path';
import type { Mode } from '../ledger.js';
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
  const [{ writeSampleLists }, { writeSheet }, { sampleSheetsOf }, { startSandbox }] = await Promise.all([
    import('../sandbox/sample-lists.js'),
    import('../sandbox/write-sheet.js'),
    import('./sample-tickets.js'),
    import('../sandbox/sandbox.js'),
  ]);
  await writeSampleLists(join(settings.DATA_DIR, 'lists'));
  for (const sheet of await sampleSheetsOf(settings)) await writeSheet(sheet);
  const sandbox = await startSandbox({ dataDir: settings.DATA_DIR });
  opened.push(() => sandbox.close());
  const reach = { ...settings, ...sandbox.settings(), ALLOW_PRIVATE_NETWORK: true };
  return { name: 'sandbox', mode: 'sandbox', isSandbox: true, sandbox, reach };
}
