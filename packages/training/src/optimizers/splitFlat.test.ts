import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { dispose, range, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { splitFlat } from './splitFlat.js';

onBackends(backendsUnderTest(), () => {
  it.each([[[7]], [[3, 4]], [[1, 1, 1, 1, 1, 1, 1]], [[100, 1, 1]], [[1, 1, 100]], [[5, 90, 1, 1, 40, 2, 2, 2]]])(
    'gives back parts of %o values',
    async (sizes) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const flat: Tensor1D = range(0, total);
      const parts = tidy(() => splitFlat(flat, sizes));
      expect(parts.map(({ shape }) => shape)).toEqual(sizes.map((size) => [size]));
      let begin = 0;
      for (const part of parts) {
        const values = Array.from({ length: part.size }, (_, i) => begin + i);
        await expectTensorsClose(part, { shape: [part.size], values }, 0);
        begin += part.size;
      }
      await expectNoLeaks(() => {
        dispose(tidy(() => splitFlat(flat, sizes)));
      });
    },
  );
});
