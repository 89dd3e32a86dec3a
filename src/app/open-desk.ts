// Which help desk this process works for: the sandbox, which it starts itself, or a real one.
import { join } from 'node:path';
import type { Mode } from '../ledger.js';
import type { SamplesYaml } from '../rulebook/grammar-samples.js';
import { loadDirectory } from '../rulebook/load-directory.js';
import { loadSamples } from '../rulebook/load-samples.js';
import type { ProgrammeSamples } from '../sandbox/programme-samples.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Settings } from '../settings.js';
import type { Opened } from './store.js';

export interface Desk {
  /** As in case ids. */
  name: string;
  mode: 'sandbox' | Mode;
  isSandbox: boolean;
  sandbox: Sandbox | null;
  /** Sent once everything is up. */
  sampleEvents: SamplesYaml['events'];
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
  const [{ writeSampleLists }, { startSandbox }] = await Promise.all([
    import('../sandbox/sample-lists.js'),
    import('../sandbox/sandbox.js'),
  ]);
  await writeSampleLists(join(settings.DATA_DIR, 'lists'));
  const { programmes, events } = await samplesOf(settings);
  const sandbox = await startSandbox({ dataDir: settings.DATA_DIR, programmes });
  opened.push(() => sandbox.close());
  const reach = { ...settings, ...sandbox.settings(), ALLOW_PRIVATE_NETWORK: true };
  return { name: 'sandbox', mode: 'sandbox', isSandbox: true, sandbox, sampleEvents: events, reach };
}

/** The sandbox's own tickets are about the programme it was made with: they are left out where every active one brings its own. */
async function samplesOf({ RULES_DIR, PROGRAMMES }: Settings) {
  const { directory } = await loadDirectory(RULES_DIR);
  const channels = Object.values(directory?.channels ?? {}).map(({ id, name }) => ({
    id,
    name: name.replace('#', ''),
  }));
  const tickets: ProgrammeSamples['tickets'] = {};
  const events: SamplesYaml['events'] = [];
  for (const programme of PROGRAMMES) {
    const { samples } = await loadSamples(RULES_DIR, programme);
    if (!samples) continue;
    tickets[programme] = samples.tickets;
    events.push(...samples.events);
  }
  const programmes: ProgrammeSamples = { tickets, channels, withOwn: PROGRAMMES.some((name) => !tickets[name]) };
  return { programmes, events };
}
