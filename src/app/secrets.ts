// Secrets that rules speak of by name: from the setting RULE_SECRETS, or in the sandbox made up, the same at every start.
import { createHmac } from 'node:crypto';
import type { Desk } from './open-desk.js';

/** The secret of that name, or undefined. */
export type Secrets = (name: string) => string | undefined;

export function ruleSecrets({ reach, isSandbox }: Pick<Desk, 'reach' | 'isSandbox'>): Secrets {
  const kept = new Map(Object.entries(reach.RULE_SECRETS));
  const seed = reach.ZENDESK_WEBHOOK_SECRET ?? '';
  const made = (name: string) => createHmac('sha256', seed).update(`rule secret ${name}`).digest('base64url');
  return (name) => kept.get(name) ?? (isSandbox ? made(name) : undefined);
}
