import { type BackendName, type BackendOptions, type BackendSpeed, measureBackend } from '@crossmodal/backends';
import type { Workload } from './Workload.js';

/** Side of the matrices in `measureBackend`. */
const SIZE = 512;
const GFLOP = (2 * SIZE ** 3) / 1e9;

/** A round is one measurement as `auto` takes it, about a second long: the median of many products. */
export async function matMulWorkload(
  backend: BackendName,
  options: BackendOptions,
  measure: (name: BackendName, options: BackendOptions) => Promise<BackendSpeed> = measureBackend,
): Promise<Workload> {
  const { device } = await measure(backend, options);
  return {
    ready: { device, work: `two matrices of ${SIZE} x ${SIZE}`, rates: { 'GFLOP/s': GFLOP } },
    measure: async () => {
      const { matMulGflops } = await measure(backend, options);
      return { milliseconds: (GFLOP / matMulGflops) * 1000, computations: 1 };
    },
  };
}
