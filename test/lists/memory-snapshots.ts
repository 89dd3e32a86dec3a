// The Snapshots port kept in memory, for tests of the keeper.
import type { ListSnapshot } from '../../src/core/listing.js';
import type { Snapshots } from '../../src/ports.js';

interface Kept {
  snapshot: ListSnapshot;
  state: 'live' | 'waiting' | 'old';
  why: string;
  firstAt: string;
  readAt: string;
}

/** Follows the port's comments; one place for all lists. `now` is the time for `gone`. */
export function memorySnapshots(now: () => Date): Snapshots {
  const kept: Kept[] = [];
  const failures = new Map<string, string | null>();
  const find = (list: string, state: Kept['state']) => kept.find((k) => k.snapshot.list === list && k.state === state);
  const makeLive = (snapshot: ListSnapshot, readAt: string) => {
    const live = find(snapshot.list, 'live');
    if (live) live.state = 'old';
    const same = kept.find((k) => k.snapshot.hash === snapshot.hash);
    if (same) Object.assign(same, { state: 'live', readAt });
    else kept.push({ snapshot, state: 'live', why: '', firstAt: readAt, readAt });
  };
  return {
    async live(list) {
      const found = find(list, 'live');
      return found ? { snapshot: found.snapshot, readAt: found.readAt } : null;
    },
    async waiting(list) {
      const found = find(list, 'waiting');
      return found ? { snapshot: found.snapshot, why: found.why, since: found.firstAt } : null;
    },
    async publish(snapshot, readAt) {
      makeLive(snapshot, readAt);
    },
    async holdBack(snapshot, why, readAt) {
      const before = find(snapshot.list, 'waiting');
      if (before?.snapshot.hash === snapshot.hash) Object.assign(before, { why, readAt });
      else {
        if (before) kept.splice(kept.indexOf(before), 1);
        kept.push({ snapshot, state: 'waiting', why, firstAt: readAt, readAt });
      }
    },
    async seen(list, hash, readAt) {
      for (const one of kept) if (one.snapshot.list === list && one.snapshot.hash === hash) one.readAt = readAt;
    },
    async failed(list, problem) {
      failures.set(list, problem);
    },
    async lastFailure(list) {
      return failures.get(list) ?? null;
    },
    async accept(hash) {
      const found = kept.find((k) => k.state === 'waiting' && k.snapshot.hash === hash);
      if (!found) return null;
      makeLive(found.snapshot, found.readAt);
      return found.snapshot;
    },
    async gone(list, days) {
      const names = new Set(find(list, 'live')?.snapshot.listings.map((l) => l.name));
      const from = now().getTime() - days * 24 * 60 * 60 * 1000;
      return kept
        .filter((k) => k.snapshot.list === list && k.state === 'old' && Date.parse(k.readAt) > from)
        .flatMap((k) =>
          k.snapshot.listings
            .filter((l) => !names.has(l.name))
            .map((listing) => ({ listing, hash: k.snapshot.hash, lastSeenAt: k.readAt })),
        );
    },
  };
}
