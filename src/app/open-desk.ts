// Which help desk this process works for: the sandbox, which it starts itself, or a real one.
import { join } from 'node:path';
import type { Mode } from '../ledger.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Settings } from '../settings.js';
import type { SampleEvent } from './samples-of.js';
import type { Opened } from './store.js';

export interface Desk {
  /** As in case ids. */
  name: string;
  mode: 'sandbox' | Mode;
  isSandbox: boolean;
  sandbox: Sandbox | null;
  /** Sent once everything is up. */
  sampleEvents: SampleEvent[];
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
      sampleEvents: [],
      reach: settings,
    };
  // Loaded only where it is needed: a bot on a real help desk starts without it.
  const [{ writeSampleLists }, { writeSheet }, { sampleSheetsOf }, { startSandbox }, { samplesOf }] = await Promise.all(
    [
      import('../sandbox/sample-lists.js'),
      import('../sandbox/write-sheet.js'),
      import('./sample-sheets.js'),
      import('../sandbox/sandbox.js'),
      import('./samples-of.js'),
    ],
  );
  await writeSampleLists(join(settings.DATA_DIR, 'lists'));
  const { programmes, events } = await samplesOf({
    rulesDir: settings.RULES_DIR,
    programmes: settings.PROGRAMMES,
  });
  const withSamples = Object.keys(programmes.tickets);
  for (const sheet of await sampleSheetsOf({ ...settings, PROGRAMMES: withSamples })) await writeSheet(sheet);
  const sandbox = await startSandbox({ dataDir: settings.DATA_DIR, programmes });
  opened.push(() => sandbox.close());
  const reach = { ...settings, ...sandbox.settings(), ALLOW_PRIVATE_NETWORK: true };
  return { name: 'sandbox', mode: 'sandbox', isSandbox: true, sandbox, sampleEvents: events, reach };
}
