// What looks at the world for `usher doctor`, and what it saw.

/** One thing that `usher doctor` saw. `area` is the heading it stands under; `fix` says what to do, '' where nothing is. */
export interface Finding {
  area: string;
  level: 'ok' | 'warning' | 'error';
  what: string;
  fix: string;
}

/** Looks at one part of the world without changing it: it only reads, and what fails is a finding, never thrown. */
export interface Probe {
  name: string;
  run(): Promise<Finding[]>;
}
