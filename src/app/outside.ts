// How endpoints of the directory are reached: as they stand there, or in the sandbox at its stand-in for other systems.
import type { Directory, Endpoint } from '../core/rulebook.js';
import type { Desk } from './open-desk.js';
import { ruleSecrets, type Secrets } from './secrets.js';

export interface Outside {
  secrets: Secrets;
  /** undefined when the directory does not name it. */
  endpoint(directory: Directory, name: string): Endpoint | undefined;
}

export function outsideOf(desk: Desk): Outside {
  const standIn = desk.sandbox?.others.url;
  return {
    secrets: ruleSecrets(desk),
    endpoint({ endpoints }, name) {
      const found = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
      return found && standIn ? { ...found, url: `${standIn}/${name}` } : found;
    },
  };
}
