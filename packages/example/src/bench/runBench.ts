import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../run/environment.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import type { BenchMachine } from './BenchMachine.js';
import type { BenchOptions } from './BenchOptions.js';
import type { BenchReport } from './BenchReport.js';
import { chooseBackends } from './chooseBackends.js';
import { describeVersions } from './describeVersions.js';
import { measurePlan } from './measurePlan.js';
import { planBench } from './planBench.js';

/** Who listens, and who may stop it. */
export interface BenchListener {
  readonly onEvent: OnRunEvent;
  /** Ends the measuring processes at once; what was measured by then is in the report. */
  readonly signal: AbortSignal;
}

/**
 * Measures a machine: each backend in processes of its own.
 *
 * @returns everything that was measured, and why the rest was not
 * @throws ConfigError when none of the backends runs here
 * @throws DatasetError when the data cannot be used
 */
export async function runBench(
  options: BenchOptions,
  machine: BenchMachine,
  { onEvent, signal }: BenchListener,
): Promise<BenchReport> {
  const startedAt = new Date().toISOString();
  const load = loadavg()[0] ?? 0;
  const { cpu, cores, memoryGigabytes, os, node } = describeMachine();
  if (load > cores / 2) {
    const text = `the machine is busy (load ${load.toFixed(1)} on ${cores} cores): what is measured now is less than it can do`;
    onEvent({ type: 'message', level: 'warning', text });
  }
  const { backends, leftOut } = chooseBackends(await machine.probe(), options.backends);
  const folder = await mkdtemp(join(tmpdir(), 'crossmodal-bench-'));
  try {
    const plan = await planBench(options, machine, { backends, folder, onEvent });
    const results = await measurePlan(plan, options, { worker: machine.worker, onEvent, signal });
    const epochs = plan.flatMap(({ work }) => (work.name === 'main-job' ? [work.settings.epochs ?? null] : []));
    return {
      formatVersion: 1,
      startedAt,
      stopped: signal.aborted,
      machine: { cpu, cores, availableCores: availableParallelism(), memoryGigabytes, os, node, load },
      versions: describeVersions(),
      options: {
        backends: [...backends],
        only: [...options.only],
        rounds: options.rounds,
        quick: options.quick,
        limitSeconds: options.limitSeconds,
        threads: options.threads ?? null,
        data: options.data ?? null,
        mainJobEpochs: epochs[0] ?? null,
      },
      backendsLeftOut: [...leftOut],
      results,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
