// `usher doctor`: tests every connection, permission and file that Usher relies on. Sends and changes nothing.
import { findingsIn } from '../adapters/findings.js';
import { callRunning } from '../commands/control-client.js';
import type { Finding } from '../ports.js';
import type { Settings } from '../settings.js';
import { probeConnections } from './doctor-connections.js';
import { digests, type InsideAnswer } from './doctor-inside.js';
import { unknownAgents } from './doctor-needs.js';
import { probeQueue } from './doctor-queue.js';
import { seeRules } from './doctor-rules.js';
import { secretFindings } from './doctor-secrets.js';
import { modeFinding, modeOf, senderFindings, webFindings } from './doctor-settings.js';
import { idleFindings } from './doctor-store.js';
import { failure, runProbes, secretsOf } from './run-probes.js';

/** Opening the embedded database and reading long lists take a while on a busy machine. */
const LOOK_LIMIT_MS = 120_000;

/**
 * Everything that was seen, area by area. Connections are tested with the settings as they are on disk, before a restart; the
 * database and the sandbox belong to the running bot and are asked through it, or looked at while none runs. Never throws for
 * what is wrong out there.
 */
export async function doctor(settings: Settings, now: Date = new Date()): Promise<Finding[]> {
  const mode = modeOf(settings);
  const { rules, findings } = await seeRules(settings, mode);
  const isSandbox = mode === 'sandbox';
  const helpdesk = settings.HELPDESK[0]!;
  const [inside, outside, queue] = await Promise.all([
    insideFindings(settings, isSandbox).then((found) => found ?? idle(settings, isSandbox, { rules, now })),
    isSandbox ? [] : probeConnections(settings, rules, helpdesk),
    probeQueue(settings),
  ]);
  return byArea([
    modeFinding(settings),
    ...findings,
    ...unknownAgents(rules, helpdesk),
    ...(isSandbox ? [] : secretFindings(rules, settings)),
    ...inside,
    ...queue,
    ...outside,
    ...senderFindings(settings),
    ...webFindings(settings),
  ]);
}

async function idle(
  settings: Settings,
  isSandbox: boolean,
  { rules, now }: { rules: Parameters<typeof idleFindings>[1]; now: Date },
): Promise<Finding[]> {
  const say = findingsIn('Mode');
  const look = { name: 'Database', run: () => idleFindings(settings, rules, now) };
  const found = await runProbes([look], { secrets: secretsOf(settings), limitMs: LOOK_LIMIT_MS });
  if (!isSandbox) return [say.ok('Usher is not running on this data directory'), ...found];
  const what = 'The sandbox is not running: its help desk, Slack and mail server are tested while it does (npm start)';
  return [say.ok(what), ...found];
}

/** What the running bot says of itself; null when none runs. */
async function insideFindings(settings: Settings, connections: boolean): Promise<Finding[] | null> {
  const say = findingsIn('Mode');
  try {
    const answer = await callRunning<InsideAnswer>(settings.DATA_DIR, 'doctor', { connections });
    if (!answer) return null;
    const { findings, settings: running } = answer.result;
    const changed = Object.entries(digests(settings)).flatMap(([name, digest]) =>
      running[name] === digest ? [] : name,
    );
    const state =
      changed.length === 0
        ? say.ok('Usher is running, with these settings')
        : say.warning(`Usher is running with other settings: ${changed.join(', ')}`, 'Restart it to use these');
    return [state, ...findings];
  } catch (error) {
    return failure('Mode', error);
  }
}

/** Areas in the order in which they first appear. */
function byArea(findings: Finding[]): Finding[] {
  const areas = [...new Set(findings.map((f) => f.area))];
  return areas.flatMap((area) => findings.filter((f) => f.area === area));
}
