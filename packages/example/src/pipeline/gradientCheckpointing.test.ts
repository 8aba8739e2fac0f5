import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EncoderBlock } from '@crossmodal/layers';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { train } from './train.js';

afterEach(() => vi.restoreAllMocks());

// A step is one graph on this backend, with and without it.
it('trains the same with gradient checkpointing', async () => {
  const folder = temporaryFolder();
  await tinyWorld(folder);
  const settings = {
    ...tinySettings(folder),
    backend: 'onnxruntime',
    epochs: 1,
    textLayers: 2,
    report: false,
    dropout: 0.2,
  } as const;
  const blocks = vi.spyOn(EncoderBlock.prototype, 'callForStream');
  const lossOf = async (gradientCheckpointing: boolean): Promise<readonly [loss: number, isOn: boolean]> => {
    blocks.mockClear();
    const { path } = await train({ ...settings, gradientCheckpointing });
    const [header = '', row = ''] = readFileSync(join(path, 'results.csv'), 'utf8').split('\n');
    const column = header.split(',').findIndex((name) => /loss/i.test(name));
    return [
      Number(row.split(',')[column]),
      blocks.mock.contexts.some((block) => (block as EncoderBlock).gradientCheckpointing),
    ];
  };
  const [plain, wasOn] = await lossOf(false);
  const [checkpointed, isOn] = await lossOf(true);
  expect(plain).toBeGreaterThan(0);
  expect(Math.abs(checkpointed - plain)).toBeLessThan(1e-5 * plain);
  expect([wasOn, isOn]).toEqual([false, true]);
});
