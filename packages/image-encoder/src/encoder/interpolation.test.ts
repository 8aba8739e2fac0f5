import { readParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  checkGradients,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { dispose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { AutoImageEncoder } from './AutoImageEncoder.js';
import { interpolatePositions } from './interpolatePositions.js';
import { interpolationMatrix } from './interpolationMatrix.js';
import { VitForImageClassification } from './VitForImageClassification.js';

onBackends(backendsUnderTest(), () => {
  describe('interpolatePositions', () => {
    it('agrees with finite differences and leaves nothing behind', async () => {
      const positions = seededNormal([1 + 9, 4], 1);
      await checkGradients((x) => interpolatePositions(x as Tensor2D, 4, 2), [positions]);
      await expectNoLeaks(() => dispose(interpolatePositions(positions as Tensor2D, 5, 2)));
    });
  });

  it.each(['clip-a', 'vit-a', 'vit-b'])('happens once at load as it does in each call: %s', async (name) => {
    const folder = join(fixtures, 'encoders', name);
    const usual = await AutoImageEncoder.load(folder);
    const { patchSize } = usual.config;
    for (const side of [6 * patchSize, 2 * patchSize, usual.config.imageSize]) {
      const resized = await AutoImageEncoder.load(folder, { imageSize: side });
      expect(resized.config).toEqual({ ...usual.config, imageSize: side });
      const pixelValues = seededNormal([2, side, side, 3], 4) as Tensor4D;
      await expectTensorsClose(
        resized.call({ pixelValues }).patchStates,
        usual.call({ pixelValues, interpolatePosEncoding: true }).patchStates,
      );
      resized.dispose();
    }
    usual.dispose();
  });
});

describe('interpolationMatrix', () => {
  it('is the identity for the same grid', () => {
    const matrix = interpolationMatrix(3, 3, 3);
    expect([...matrix]).toEqual(Array.from({ length: 100 }, (_, i) => (i % 11 === 0 ? 1 : 0)));
  });

  it('keeps what is equal everywhere, and the class token apart', () => {
    const matrix = interpolationMatrix(3, 4, 7);
    expect(matrix.length).toBe(29 * 10);
    for (let row = 0; row < 29; row += 1) {
      const values = matrix.subarray(row * 10, row * 10 + 10);
      expect(values[0]).toBe(row === 0 ? 1 : 0);
      expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 6);
    }
  });
});

describe('load with an imageSize', () => {
  it('checks it, and is saved in the new size', async () => {
    await useBackend('cpu');
    const folder = join(fixtures, 'encoders', 'vit-c');
    await expect(AutoImageEncoder.load(folder, { imageSize: 4 })).rejects.toThrow(
      'VitEncoder: patchSize must be at most imageSize 4, got 5.',
    );
    const classifier = await VitForImageClassification.load(folder, { imageSize: 25 });
    expect((await readParameters(classifier)).get('vit.embeddings.position_embeddings')?.shape).toEqual([1, 26, 20]);
    expect(JSON.parse(String((await classifier.files()).get('config.json')))).toMatchObject({ image_size: 25 });
    classifier.dispose();
  });
});
