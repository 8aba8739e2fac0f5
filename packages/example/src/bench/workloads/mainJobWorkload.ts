import { rmSync } from 'node:fs';
import type { BackendName } from '@crossmodal/backends';
import { train } from '../../pipeline/train.js';
import type { MainJobWork } from '../BenchWork.js';
import { JobClock } from '../JobClock.js';
import type { Workload } from './Workload.js';

/**
 * Trains as `crossmodal train` does, once in each round, and removes the run folder.
 *
 * @param askedAt - milliseconds since 1970 at which the process was asked for
 */
export function mainJobWorkload({ settings }: MainJobWork, backend: BackendName, askedAt: number): Workload {
  return {
    ready: { device: backend, work: 'from the start of the process to the report', rates: {} },
    measure: async () => {
      const clock = new JobClock(askedAt);
      const { path } = await train({ ...settings, backend }, { onEvent: (event) => clock.hear(event, Date.now()) });
      const phases = clock.finish(Date.now());
      rmSync(path, { recursive: true, force: true }); // checkpoints are large
      const seconds = Object.values(phases).reduce((sum, value) => sum + value, 0);
      return { milliseconds: seconds * 1000, computations: 1, phases };
    },
  };
}
