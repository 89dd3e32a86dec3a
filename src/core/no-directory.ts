// A directory in which nobody stands: for matching and facts where none is given.
import type { Directory } from './rulebook.js';

export const noDirectory: Directory = {
  sample: false,
  people: {},
  groups: {},
  channels: {},
  endpoints: {},
  subscribers: {},
  intermediaries: [],
  own: { addresses: [], domains: [] },
  freeMail: [],
};
