// The worker's refill: what is due is asked for until it is done, however much the queue swallows.
import { expect, it, vi } from 'vitest';
import { startWorker } from '../../src/flow/worker.js';
import { eachDatabase } from '../storage/databases.js';
import { caseIdOf, stageFor, tell } from './journey.js';

eachDatabase((_name, open) => {
  const stage = stageFor(open);

  it('asks for a case that stays due under a new word after a while: one that is stuck must not swallow all later ones', async () => {
    const { deps } = stage.world.process();
    const ticketId = stage.world.file(stage.stranger());
    await tell({ ...stage.world.process(), deps }, ticketId);
    const asked: unknown[] = [];
    const swallowing = {
      add: async (caseId: string, { wake }: { wake?: string | number } = {}) => {
        if (caseId === caseIdOf(ticketId)) asked.push(wake);
      },
      work: async () => {},
      stop: async () => ({ unfinished: [] }),
    };
    const worker = await startWorker({
      deps,
      queue: swallowing,
      pollMs: 3_600_000,
      refillMs: 20,
      since: deps.clock.now(),
      onVisited: async () => {},
    });
    await vi.waitUntil(() => new Set(asked).size >= 3, { timeout: 60_000 });
    await worker.stop(0);
    expect(asked).not.toContain(undefined);
    // In between the same word again, which the queue takes for the same wake-up.
    expect(asked.length).toBeGreaterThan(new Set(asked).size);
  });
});
