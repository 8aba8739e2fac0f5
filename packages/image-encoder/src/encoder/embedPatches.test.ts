import {
  backendsUnderTest,
  checkGradients,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
} from '@crossmodal/testing';
import {
  conv2d,
  dispose,
  grad,
  reshape,
  slice,
  sum,
  type Tensor,
  type Tensor4D,
  tidy,
  transpose,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cutPatches, joinPatches } from './cutPatches.js';
import { embedPatches } from './embedPatches.js';

onBackends(backendsUnderTest(), () => {
  describe('embedPatches', () => {
    // Side 11 with patches of 3: two rows and columns of pixels are left over.
    it.each([
      [9, 3],
      [11, 3],
      [5, 5],
      [4, 1],
    ])('equals a convolution: side %i, patches of %i', async (side, patchSize) => {
      const pixels = seededNormal([2, side, side, 3], 1) as Tensor4D;
      const weight = seededNormal([7, 3, patchSize, patchSize], 2) as Tensor4D;
      const patches = embedPatches(pixels, weight);
      const grid = Math.floor(side / patchSize);
      const filter = transpose<Tensor4D>(weight, [2, 3, 1, 0]);
      await expectTensorsClose(patches, reshape(conv2d(pixels, filter, patchSize, 'valid'), [2, grid * grid, 7]));
    });

    it('has gradients for weight and pixels', async () => {
      const pixels = seededNormal([2, 7, 7, 3], 1);
      const weight = seededNormal([4, 3, 3, 3], 2);
      await checkGradients((x, w) => embedPatches(x as Tensor4D, w as Tensor4D), [pixels, weight]);
    });

    it('gives left-over pixels the gradient zero', async () => {
      const pixels = seededNormal([1, 7, 7, 3], 1);
      const weight = seededNormal([4, 3, 3, 3], 2) as Tensor4D;
      const gradient = grad((x) => sum(embedPatches(x as Tensor4D, weight)))(pixels);
      const border = slice(gradient, [0, 6, 0, 0], [1, 1, 7, 3]);
      await expectTensorsClose(border, { shape: [1, 1, 7, 3], values: new Float32Array(21) }, 0);
    });

    it('leaves no tensor behind, with and without a gradient', async () => {
      const pixels = seededNormal([1, 7, 7, 3], 1) as Tensor4D;
      const weight = variable(seededNormal([4, 3, 3, 3], 2)) as unknown as Tensor4D;
      await expectNoLeaks(() => dispose(embedPatches(pixels, weight)));
      await expectNoLeaks(() => {
        const { value, grads } = variableGrads(() => sum(embedPatches(pixels, weight)));
        dispose([value, ...Object.values(grads)]);
      });
      dispose(weight);
    });
  });

  describe('joinPatches', () => {
    it('undoes cutPatches', async () => {
      const pixels = seededNormal([2, 6, 6, 3], 1) as Tensor4D;
      const layout = { pixels: pixels.shape, patchSize: 2, rows: 3, columns: 3 };
      const joined: Tensor = tidy(() => joinPatches(cutPatches(pixels, layout), layout));
      await expectTensorsClose(joined, pixels, 0);
      expect(cutPatches(pixels, layout).shape).toEqual([18, 12]);
    });
  });
});
