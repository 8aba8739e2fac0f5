import { assignParameters } from '@crossmodal/layers';
import { backendsUnderTest, expectNoLeaks, onBackends, seededNormal, useBackend } from '@crossmodal/testing';
import { dispose, type Rank, tensor1d, tensor2d, tensor4d, type Tensor4D, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FakeImageEncoder } from './__fakes__/FakeImageEncoder.js';
import { FakeTextEncoder } from './__fakes__/FakeTextEncoder.js';
import type { FusionStrategy } from './config/FusionStrategy.js';
import { measureImageReliance } from './measureImageReliance.js';
import { MultimodalSentimentModel } from './model/MultimodalSentimentModel.js';

function makeModel(fusionStrategy: FusionStrategy, numLabels = 3): MultimodalSentimentModel {
  return new MultimodalSentimentModel({
    config: { fusionStrategy, numLabels, initializerRange: 1 },
    textEncoder: new FakeTextEncoder(),
    imageEncoder: new FakeImageEncoder(),
  });
}

function makeBatch() {
  return {
    inputIds: tensor2d([3, 1, 4, 1, 5, 9], [3, 2], 'int32'),
    pixelValues: seededNormal([3, 4, 4, 3], 5) as Tensor4D, // rank 4
  };
}

onBackends(backendsUnderTest(), () => {
  it('is the range of the change of the logits, sample by sample', async () => {
    const model = makeModel('concatenation');
    const batch = makeBatch();
    const order = [2, 0, 1];
    const { shifts, meanShift } = await measureImageReliance(model, batch, order);
    const read = async (inputs: typeof batch) => Array.from(await model.call(inputs).logits.data());
    const pixels = await batch.pixelValues.data();
    const replaced = order.flatMap((sample) => [...pixels.slice(sample * 48, sample * 48 + 48)]);
    const before = await read(batch);
    const after = await read({ ...batch, pixelValues: tensor4d(replaced, [3, 4, 4, 3]) });
    const expected = [0, 1, 2].map((sample) => {
      const moved = [0, 1, 2].map((label) => (after[sample * 3 + label] ?? NaN) - (before[sample * 3 + label] ?? NaN));
      return Math.max(...moved) - Math.min(...moved);
    });
    shifts.forEach((shift, sample) => expect(shift).toBeCloseTo(expected[sample] ?? NaN, 5));
    expect(Math.min(...shifts)).toBeGreaterThan(0.01);
    expect(meanShift).toBeCloseTo(shifts.reduce((sum, shift) => sum + shift, 0) / 3, 6);
  });

  it('is zero for a model that looks at no image, and for images that are all the same', async () => {
    const same = { ...makeBatch(), pixelValues: zeros<Rank.R4>([3, 4, 4, 3]) };
    expect((await measureImageReliance(makeModel('text-only'), makeBatch(), [1, 2, 0])).shifts).toEqual([0, 0, 0]);
    expect((await measureImageReliance(makeModel('cross-attention'), same, [1, 2, 0])).meanShift).toBeCloseTo(0, 5);
  });

  it('can take the images away, and moves nothing where there was none', async () => {
    const batch = { ...makeBatch(), imageMask: tensor1d([1, 0, 1], 'int32') };
    const { shifts } = await measureImageReliance(makeModel('concatenation'), batch, 'none');
    expect(shifts[1]).toBe(0);
    expect(shifts[0]).toBeGreaterThan(0.01);
  });

  it('moves the masks with the images', async () => {
    const batch = { ...makeBatch(), imageMask: tensor1d([1, 0, 0], 'int32') };
    const { shifts } = await measureImageReliance(makeModel('concatenation'), batch, [1, 2, 1]);
    expect(shifts[0]).toBeGreaterThan(0.01);
    expect(shifts.slice(1)).toEqual([0, 0]);
  });

  it('leaves no tensor behind', async () => {
    const model = makeModel('cross-attention');
    const batch = makeBatch();
    await expectNoLeaks(() => measureImageReliance(model, batch, [1, 2, 0]));
    await expectNoLeaks(() => measureImageReliance(model, batch, 'none'));
    await expectNoLeaks(async () => {
      await expect(measureImageReliance(model, batch, [0, 1, 2])).rejects.toThrow(RangeError);
    });
    dispose({ ...batch });
  });
});

describe('measureImageReliance', () => {
  beforeAll(() => useBackend('cpu'));

  it('does not count a constant added to all logits', async () => {
    const model = makeModel('image-only', 2);
    const equalRows = { shape: [2, 4], data: [1, 2, 3, 4, 1, 2, 3, 4] };
    assignParameters(model, new Map([['classifier.weight', equalRows]]));
    const { meanShift } = await measureImageReliance(model, makeBatch(), [1, 2, 0]);
    expect(meanShift).toBeCloseTo(0, 6);
  });

  it('refuses replacements that keep an image or name no sample', async () => {
    const model = makeModel('concatenation');
    const text = 'measureImageReliance: replacement must name another of the 3 samples for each of them, got ';
    for (const replacement of [
      [0, 2, 1],
      [1, 2],
      [1, 2, 3],
      [1, 2, -1],
      [1, 2, 0.5],
    ]) {
      await expect(measureImageReliance(model, makeBatch(), replacement)).rejects.toThrow(
        `${text}[${replacement.join(', ')}].`,
      );
    }
  });

  it('refuses training mode and batches without images', async () => {
    const model = makeModel('concatenation');
    const { inputIds } = makeBatch();
    await expect(measureImageReliance(model, { inputIds }, 'none')).rejects.toThrow(
      'measureImageReliance: inputs must hold pixelValues, got none.',
    );
    await expect(measureImageReliance(model.train(), makeBatch(), 'none')).rejects.toThrow(
      'measureImageReliance: the model must be in evaluation mode, got training mode. Call eval().',
    );
  });
});
