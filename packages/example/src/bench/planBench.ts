import { join } from 'node:path';
import type { BackendName } from '@crossmodal/backends';
import { resolveConfig } from '../config/resolveConfig.js';
import { loadOnnxRuntime } from '../encoders/loadOnnxRuntime.js';
import { locateData } from '../pipeline/prepareData.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { prepareBenchData } from './BenchData.js';
import type { BenchMachine } from './BenchMachine.js';
import type { BenchOptions } from './BenchOptions.js';
import type { BenchSubject, BenchWork } from './BenchWork.js';

/** Something to measure on several subjects, whose rounds take turns. */
export interface PlannedWork {
  readonly work: BenchWork;
  readonly subjects: readonly BenchSubject[];
  /** Why others are not measured. */
  readonly leftOut?: readonly { readonly subject: BenchSubject; readonly reason: string }[];
}

/** What {@link planBench} needs beside the options. */
export interface PlanContext {
  /** That run here. */
  readonly backends: readonly BackendName[];
  /** An empty one, for data and run folders. */
  readonly folder: string;
  readonly onEvent: OnRunEvent;
}

const TOO_SLOW = 'plain JavaScript takes very long; --backends cpu measures it nevertheless';
/** Pixels of the images that CLIP's ViT-B/32 looks at. */
const PREPARED_SIZE = 224;

/**
 * Decides what is measured on whom, and gets the data for it: whatever is wrong with them is known before anything is measured.
 *
 * @throws DatasetError, ConfigError when the data cannot be used
 */
export async function planBench(
  { only, quick, data: file, epochs, backends: named }: BenchOptions,
  machine: Pick<BenchMachine, 'encoders'>,
  { backends, folder, onEvent }: PlanContext,
): Promise<readonly PlannedWork[]> {
  const { text, image } = machine.encoders(quick);
  const withGraph: readonly BenchSubject[] = 'runtime' in loadOnnxRuntime() ? [...backends, 'onnx-graph'] : backends;
  onEvent({ type: 'message', level: 'info', text: 'preparing the data' });
  const { settings, paths, texts } = await prepareBenchData(file, folder);
  const withoutJobs: PlannedWork[] = [
    { work: { name: 'matmul' }, subjects: backends },
    { work: text, subjects: withGraph },
    { work: image, subjects: withGraph },
    { work: { name: 'training-step', settings }, subjects: backends },
    { work: { name: 'images', paths, imageSize: PREPARED_SIZE }, subjects: ['no backend'] },
    { work: { name: 'tokens', texts }, subjects: ['no backend'] },
  ];
  const plan = withoutJobs.filter(({ work }) => only.includes(work.name));
  if (!only.includes('main-job')) return plan;
  const { config } = resolveConfig([{ source: 'flag', values: { data: file, epochs } }]);
  await locateData(config, onEvent); // drawing the world is not a part of the job
  const job = { name: 'main-job', settings: { ...config, project: join(folder, 'runs') } } as const;
  // Whole jobs do not take turns: each has the machine for itself.
  return [
    ...plan,
    ...backends.map((backend) =>
      backend === 'cpu' && !named?.includes('cpu')
        ? { work: job, subjects: [], leftOut: [{ subject: backend, reason: TOO_SLOW }] }
        : { work: job, subjects: [backend] },
    ),
  ];
}
