// What the commands a person types share: settings read when they are needed, and answers as JSON or text.
import type { Settings } from '../settings.js';

export interface CommandKit {
  /** Reads and checks the settings. Throws ProblemError. */
  settings: () => Settings;
  print: (text: string) => void;
}

export interface Printed {
  json?: boolean;
}

/** Prints the answer as JSON or as text. */
export function answer(kit: CommandKit, options: Printed, json: unknown, text: () => string): void {
  kit.print(options.json ? JSON.stringify(json, null, 2) : text());
}
