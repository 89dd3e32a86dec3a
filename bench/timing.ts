// Times something short by doing it often: processor time, so that other programs count little, and the best of several rounds.

/** Milliseconds of processor time that this process has used. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Microseconds of processor time one call takes, each round at least `roundMs` long. */
export function microsecondsOf(work: (n: number) => unknown, rounds: number, roundMs = 200): number {
  let n = 0;
  let kept: unknown;
  let best = Number.POSITIVE_INFINITY;
  for (let round = -1; round < rounds; round++) {
    const began = processorMs();
    const from = n;
    let tookMs = 0;
    while (tookMs < roundMs) {
      for (let i = 0; i < 16; i++) kept = work(n++);
      tookMs = processorMs() - began;
    }
    // The first round warms up.
    if (round >= 0) best = Math.min(best, (tookMs * 1000) / (n - from));
  }
  // What is worked out must be used, or it need not be worked out.
  if (kept === microsecondsOf) throw new Error('never');
  return best;
}
