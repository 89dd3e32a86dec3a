// How endpoints and subscribers of the directory are reached: as they stand there, or in the sandbox at its stand-in for other systems.
import type { Directory, Endpoint, Subscriber } from '../core/rulebook.js';
import type { Desk } from './open-desk.js';
import { ruleSecrets, type Secrets } from './secrets.js';

export interface Outside {
  secrets: Secrets;
  /** undefined when the directory does not name it. */
  endpoint(directory: Directory, name: string): Endpoint | undefined;
  subscriber(directory: Directory, name: string): Subscriber | undefined;
}

export function outsideOf(desk: Desk): Outside {
  const standIn = desk.sandbox?.others.url;
  const find = <T extends { url: string }>(named: Record<string, T>, name: string): T | undefined => {
    const found = Object.hasOwn(named, name) ? named[name] : undefined;
    return found && standIn ? { ...found, url: `${standIn}/${name}` } : found;
  };
  return {
    secrets: ruleSecrets(desk),
    endpoint: ({ endpoints }, name) => find(endpoints, name),
    subscriber: ({ subscribers }, name) => find(subscribers, name),
  };
}
