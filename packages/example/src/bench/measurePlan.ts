import type { OnRunEvent } from '../run/RunEvent.js';
import type { BenchOptions } from './BenchOptions.js';
import type { BenchResult } from './BenchReport.js';
import { type BenchSubject, type BenchWork, encoderGflop } from './BenchWork.js';
import { measureWork, stepsOf } from './measureWork.js';
import type { PlannedWork } from './planBench.js';

/** How long a round lasts at least. */
const roundMs = { quick: 200, usual: 500 };
/** Getting ready may take so long whatever the limit of rounds is: the graph of a large encoder is written then. */
const READY_MS = 60_000;

/** What {@link measurePlan} needs beside the options. */
export interface MeasurePlanContext {
  readonly worker: URL;
  readonly onEvent: OnRunEvent;
  readonly signal: AbortSignal;
}

/** Measures one thing after the other; a subject whose products of matrices are too slow for an encoder is spared it. */
export async function measurePlan(
  plan: readonly PlannedWork[],
  { rounds, quick, limitSeconds, threads }: BenchOptions,
  { worker, onEvent, signal }: MeasurePlanContext,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const limitMs = limitSeconds * 1000;
  const usual = {
    rounds,
    warmUps: 1,
    roundMs: quick ? roundMs.quick : roundMs.usual,
    limitMs,
    readyLimitMs: Math.max(READY_MS, limitMs),
  };
  const whole = { rounds: 1, warmUps: 0, roundMs: 0, limitMs: Infinity, readyLimitMs: Infinity };
  const wayOf = ({ name }: BenchWork): typeof usual => (name === 'main-job' ? whole : usual);
  const total = plan.reduce((sum, { work, subjects }) => sum + subjects.length * stepsOf(wayOf(work)), 0);
  let done = 0;
  for (const { work, subjects, leftOut = [] } of plan) {
    if (signal.aborted) break;
    const tooSlow = subjects.flatMap((subject) => {
      const seconds = expectedSeconds(work, subject, results);
      return seconds > limitSeconds ? [{ subject, seconds }] : [];
    });
    done += tooSlow.length * stepsOf(wayOf(work));
    const others = subjects.filter((subject) => !tooSlow.some((slow) => slow.subject === subject));
    results.push(
      ...(await measureWork(work, others, {
        ...wayOf(work),
        threads,
        worker,
        signal,
        onStep: (doing, isOver) => {
          done += isOver ? 1 : 0;
          // What begins at once replaces what is over.
          if (isOver && done < total) return;
          const detail = isOver ? {} : { detail: `${work.name}: ${doing}` };
          onEvent({ type: 'progress', task: 'measuring', done, total, unit: 'steps', ...detail });
        },
      })),
      ...leftOut.map(({ subject, reason }) => ({ measurement: work.name, subject, notMeasured: reason })),
      ...tooSlow.map(({ subject, seconds }) => ({
        measurement: work.name,
        subject,
        notMeasured: `a forward pass would take about ${seconds.toFixed(0)} s, by its product of matrices; --limit allows more`,
      })),
    );
  }
  return results;
}

/** Seconds of a forward pass by the speed that was measured for products of matrices; 0 where nothing is known. */
function expectedSeconds(work: BenchWork, subject: BenchSubject, results: readonly BenchResult[]): number {
  if (work.name !== 'text-encoder' && work.name !== 'image-encoder') return 0;
  const matMul = results.find((result) => result.measurement === 'matmul' && result.subject === subject);
  const gflops = matMul && 'rates' in matMul ? matMul.rates['GFLOP/s'] : undefined;
  return gflops === undefined ? 0 : encoderGflop(work) / gflops;
}
