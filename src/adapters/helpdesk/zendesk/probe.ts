// Tests a Zendesk account for `usher doctor`: login, rights, clock, fields, people, and what the desk sends by itself. Only GETs.
import type { Finding, Probe } from '../../../ports.js';
import { ProblemError } from '../../../problem.js';
import { findingsIn, guarded } from '../../findings.js';
import type { DeskNeeds } from '../needs.js';
import { zendeskHttp } from './http.js';
import type { ZendeskOptions } from './options.js';
import { probeAccount, probeReading, probeWebhook } from './probe-account.js';
import { probeFields } from './probe-fields.js';
import { probeAgents, probeGroups } from './probe-people.js';
import { probeRole } from './probe-role.js';
import { probeRules } from './probe-rules.js';

export const AREA = 'Zendesk';

/** A probe of one account. It holds nothing but the adapter's `get`, so it cannot write. */
export function zendeskProbe(options: ZendeskOptions, needs: DeskNeeds): Probe {
  return { name: AREA, run: () => run(options, needs) };
}

async function run(options: ZendeskOptions, needs: DeskNeeds): Promise<Finding[]> {
  const say = findingsIn(AREA);
  try {
    const { get } = zendeskHttp(options);
    const { findings, me } = await probeAccount({ get, say, options, needs });
    // Without a login every other answer would only say so again.
    if (!me) return findings;
    const parts = { get, say, needs };
    const more = await Promise.all([
      guarded(say.warning, () => probeRole(parts, me)),
      guarded(say.error, () => probeReading(parts, options)),
      guarded(say.error, () => probeFields(parts)),
      guarded(say.error, () => probeAgents(parts)),
      guarded(say.error, () => probeGroups(parts)),
      guarded(
        say.warning,
        () => probeRules(parts),
        'Look at triggers and automations by hand, or let the role read them',
      ),
      guarded(say.warning, () => probeWebhook(parts)),
    ]);
    return [...findings, ...more.flat()];
  } catch (error) {
    // An address that may not be spoken to.
    if (error instanceof ProblemError) return error.problems.map((p) => say.error(p.message, p.fix));
    throw error;
  }
}
