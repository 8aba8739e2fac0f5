import { join } from 'node:path';
import { generateReviewWorld } from '@crossmodal/dataset';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { type BenchName, benchNames, bertBaseWork, clipVisionWork } from './BenchWork.js';
import type { BenchOptions } from './BenchOptions.js';
import { planBench, type PlannedWork } from './planBench.js';

const folder = temporaryFolder();
const data = join(folder, 'world', 'reviews.csv');
beforeAll(() => generateReviewWorld(join(folder, 'world'), { sizes: { train: 4, validation: 2, test: 2 } }));

const all: BenchOptions = {
  backends: undefined,
  only: benchNames,
  rounds: 1,
  quick: false,
  limitSeconds: 1,
  threads: undefined,
  data,
  epochs: undefined,
};
/** Encoders that tell whether they are those of `quick`. */
const encoders = (quick: boolean) => ({ text: bertBaseWork(quick ? 2 : 5), image: clipVisionWork(quick ? 3 : 7) });

function plan(own: Partial<BenchOptions>): Promise<readonly PlannedWork[]> {
  const context = { backends: ['wasm', 'webgpu'] as const, folder, onEvent: () => undefined };
  return planBench({ ...all, ...own }, { encoders }, context);
}

it.each([
  { quick: false, texts: 5, images: 7 },
  { quick: true, texts: 2, images: 3 },
])("takes the machine's encoders, and nothing else, by quick: $quick", async ({ quick, texts, images }) => {
  const planned = await plan({ quick });
  const rows = planned.map(({ work, subjects }) => [work.name, 'batchSize' in work ? work.batchSize : '-', subjects]);
  const graphToo = ['wasm', 'webgpu', 'onnx-graph'];
  expect(rows).toEqual([
    ['matmul', '-', ['wasm', 'webgpu']],
    ['text-encoder', texts, graphToo],
    ['image-encoder', images, graphToo],
    ['training-step', '-', ['wasm', 'webgpu']],
    ['images', '-', ['no backend']],
    ['tokens', '-', ['no backend']],
    // one after the other
    ['main-job', '-', ['wasm']],
    ['main-job', '-', ['webgpu']],
  ]);
});

it('plans only what is asked for', async () => {
  const only: readonly BenchName[] = ['tokens', 'image-encoder'];
  expect((await plan({ only })).map(({ work }) => work.name)).toEqual(['image-encoder', 'tokens']);
});

it('lets a job make as many epochs as are asked for, or as training makes, on all rows of the file', async () => {
  const settings = async (epochs: number | undefined): Promise<unknown> => {
    const [job] = await plan({ only: ['main-job'], epochs });
    return job?.work.name === 'main-job' && job.work.settings;
  };
  expect(await settings(3)).toMatchObject({ epochs: 3, data, project: join(folder, 'runs') });
  expect(await settings(undefined)).toMatchObject({ epochs: 20, data });
  expect(await settings(3)).not.toHaveProperty('limit', expect.any(Number));
});

it('looks at pictures of the size that ViT-B/32 takes', async () => {
  const planned = await plan({ only: ['images'] });
  expect(planned).toMatchObject([{ work: { name: 'images', imageSize: 224 } }]);
});
