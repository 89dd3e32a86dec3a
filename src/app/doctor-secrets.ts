// What `usher doctor` says of the secrets that rules name: which are missing, and which cannot sign.
import { findingsIn } from '../adapters/findings.js';
import type { EffectSpec } from '../core/rulebook.js';
import type { Finding } from '../ports.js';
import type { Settings } from '../settings.js';
import type { RulesRead } from './doctor-needs.js';
import { modeOf } from './doctor-settings.js';

/** Of the scheme's keys, in bytes. */
const KEY_LEAST = 24;

function endpointOf(effect: EffectSpec): string[] {
  if (effect.type === 'http') return [effect.to];
  return effect.type === 'attach' ? [effect.from] : [];
}

/** The sandbox makes up what is missing. In shadow and propose nobody is spoken to, and only what comes in needs a secret. */
export function secretFindings({ directory, programmes }: RulesRead, settings: Settings): Finding[] {
  const say = findingsIn('Secrets');
  const sources = programmes.flatMap((p) => p.sources);
  const isSpeaking = ['live', 'sandbox'].includes(modeOf(settings));
  const steps = programmes.flatMap((p) => p.rules.flatMap((rule) => rule.then));
  const spokenTo = new Set(steps.flatMap((effect) => (isSpeaking ? endpointOf(effect) : [])));
  const used = [
    ...sources.map((s) => ({
      name: s.secret.name,
      signs: s.secret.kind === 'signature',
      of: `event source ${s.name}`,
    })),
    ...Object.entries(directory?.endpoints ?? {}).flatMap(([endpoint, { secret }]) =>
      secret === null || !spokenTo.has(endpoint) ? [] : [{ name: secret, signs: false, of: `endpoint ${endpoint}` }],
    ),
    ...Object.entries((isSpeaking && directory?.subscribers) || {}).map(([subscriber, { secret }]) => ({
      name: secret,
      signs: true,
      of: `subscriber ${subscriber}`,
    })),
  ];
  return used.flatMap(({ name, signs, of }) => {
    const secret = settings.RULE_SECRETS[name];
    if (!secret)
      return [say.warning(`RULE_SECRETS does not hold "${name}", which the ${of} needs`, `Add ${name}=SECRET to it`)];
    if (!signs || Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length >= KEY_LEAST) return [];
    const fix = 'Make one with: openssl rand -base64 32';
    return [say.warning(`The secret "${name}" of the ${of} is short: fewer than ${KEY_LEAST} bytes in base64`, fix)];
  });
}
