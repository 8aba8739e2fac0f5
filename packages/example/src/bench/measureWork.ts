import { quantile } from '@crossmodal/metrics';
import { BenchProcess, BenchTimeoutError } from './BenchProcess.js';
import type { BenchReady, BenchRound } from './BenchMessage.js';
import type { BenchResult } from './BenchReport.js';
import type { BenchSubject, BenchWork } from './BenchWork.js';
import { describeSubject } from './describeSubject.js';

/** How {@link measureWork} measures. */
export interface MeasureOptions {
  /** Rounds that count. */
  readonly rounds: number;
  /** Shortest round; what is faster is computed again and again. */
  readonly roundMs: number;
  /** A subject is given up when one of its rounds takes longer. */
  readonly limitMs: number;
  /** A subject is given up when getting ready takes longer: a graph is written then, and data are read. */
  readonly readyLimitMs: number;
  /** Rounds before those that count, at least so long each: what is compiled and cached at first is not measured. */
  readonly warmUps: number;
  readonly threads: number | undefined;
  readonly worker: URL;
  readonly signal: AbortSignal;
  /** Hears what is done now, and that a step of {@link stepsOf} is over. */
  readonly onStep: (doing: string, isOver: boolean) => void;
}

/** One subject on its way through the rounds. */
interface Side {
  readonly subject: BenchSubject;
  readonly process: BenchProcess;
  ready: BenchReady | undefined;
  readonly rounds: BenchRound[];
  notMeasured: string | undefined;
}

/** Getting ready, warming up and the rounds of one subject, for a bar of progress. */
export function stepsOf({ rounds, warmUps }: Pick<MeasureOptions, 'rounds' | 'warmUps'>): number {
  return 1 + warmUps + rounds;
}

/**
 * Measures one thing on several subjects, each in a process of its own. Rounds take turns, so that a machine that slows down or is disturbed for a
 * while is so for all of them; only one process computes at a time.
 *
 * @returns a result for each subject in their order; one that failed says why. When `signal` aborts, only of those with at least one round
 */
export async function measureWork(
  work: BenchWork,
  subjects: readonly BenchSubject[],
  options: MeasureOptions,
): Promise<BenchResult[]> {
  const { rounds, roundMs, limitMs, readyLimitMs, warmUps, threads, worker, signal, onStep } = options;
  const isStopped = (): boolean => signal.aborted;
  const sides: Side[] = [];
  /** Does something with a side that has not failed; a step is over whatever comes of it. */
  const attempt = async (side: Side, doing: string, action: () => Promise<void>): Promise<void> => {
    if (side.notMeasured === undefined && !isStopped()) {
      onStep(`${doing} ${describeSubject(side.subject)}`, false);
      try {
        await action();
      } catch (error) {
        // Whoever stopped the program ended the process.
        if (!isStopped()) side.notMeasured = explain(error);
        await side.process.close();
      }
    }
    onStep(describeSubject(side.subject), true);
  };
  try {
    for (const subject of subjects) {
      if (isStopped()) break;
      const process = new BenchProcess({ work, subject, threads, worker, signal });
      const side: Side = { subject, process, ready: undefined, rounds: [], notMeasured: undefined };
      sides.push(side);
      await attempt(side, 'starting', async () => void (side.ready = await process.open(readyLimitMs)));
      for (let i = 0; i < warmUps; i += 1) {
        await attempt(side, 'warming up', async () => {
          await process.round(roundMs, limitMs);
        });
      }
    }
    for (let i = 0; i < rounds; i += 1) {
      for (const side of sides) {
        await attempt(side, 'measuring', async () => void side.rounds.push(await side.process.round(roundMs, limitMs)));
      }
    }
  } finally {
    await Promise.all(sides.map(({ process }) => process.close()));
  }
  return sides.flatMap((side) => resultOf(work, side) ?? []);
}

function resultOf(work: BenchWork, side: Side): BenchResult | undefined {
  const { subject, ready, rounds, notMeasured } = side;
  const measurement = work.name;
  if (notMeasured !== undefined) return { measurement, subject, notMeasured };
  if (!ready || rounds.length === 0) return undefined;
  const milliseconds = rounds.map((round) => round.milliseconds);
  const median = quantile(milliseconds, 0.5);
  const { phases } = rounds.at(-1) ?? {};
  return {
    measurement,
    subject,
    device: ready.device,
    work: ready.work,
    milliseconds,
    computations: rounds.map(({ computations }) => computations),
    median,
    lowerQuartile: quantile(milliseconds, 0.25),
    upperQuartile: quantile(milliseconds, 0.75),
    rates: Object.fromEntries(Object.entries(ready.rates).map(([unit, amount]) => [unit, (amount * 1000) / median])),
    peakBytes: Math.max(...rounds.map(({ peakBytes }) => peakBytes)),
    ...(phases ? { seconds: phases } : {}),
  };
}

function explain(error: unknown): string {
  if (error instanceof BenchTimeoutError) return `${error.message}; --limit allows more`;
  return error instanceof Error ? error.message : String(error);
}
