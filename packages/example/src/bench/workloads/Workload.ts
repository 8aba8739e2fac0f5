import type { BenchReady, BenchRound } from '../BenchMessage.js';

/** A round as the workload sees it. */
export type MeasuredRound = Omit<BenchRound, 'peakBytes'>;

/** Something that can be computed again and again, ready to be. */
export interface Workload {
  readonly ready: BenchReady;
  /** Computes for at least so many milliseconds, and at least once. */
  readonly measure: (atLeastMs: number) => Promise<MeasuredRound>;
}

/** Repeats a computation; the time is the mean, with all that happens between two of them, such as collecting garbage. */
export async function repeat(compute: () => Promise<unknown>, atLeastMs: number): Promise<MeasuredRound> {
  const startedAt = performance.now();
  let computations = 0;
  let elapsed: number;
  do {
    await compute();
    computations += 1;
    elapsed = performance.now() - startedAt;
  } while (elapsed < atLeastMs);
  return { milliseconds: elapsed / computations, computations };
}
