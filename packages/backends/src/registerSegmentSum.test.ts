import { getKernel, memory, tensor1d, tensor2d, tensor3d, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { registerSegmentSum } from './registerSegmentSum.js';
import { startBackend } from './startBackend.js';

describe.each(['cpu', 'wasm'] as const)('registerSegmentSum on %s', (name) => {
  beforeAll(async () => {
    await startBackend(name);
  });

  it('adds the rows of each segment, repeated and absent ones too', async () => {
    const x = tensor2d([[1, 10], [2, 20], [4, 40], [8, 80]]); // prettier-ignore
    const ids = tensor1d([2, 0, 2, 2], 'int32');
    const sums = unsortedSegmentSum(x, ids, 4);
    expect(sums.shape).toEqual([4, 2]);
    expect(sums.dtype).toBe('float32');
    expect([...(await sums.data())]).toEqual([2, 20, 0, 0, 13, 130, 0, 0]);
  });

  it('adds planes', async () => {
    const x = tensor3d([[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]); // prettier-ignore
    const sums = unsortedSegmentSum(x, tensor1d([1, 1, 0], 'int32'), 2);
    expect(sums.shape).toEqual([2, 3, 1]);
    expect([...(await sums.data())]).toEqual([7, 8, 9, 5, 7, 9]);
  });

  it('leaves out ids outside the segments', async () => {
    const sums = unsortedSegmentSum(tensor1d([1, 2, 4]), tensor1d([-1, 1, 2], 'int32'), 2);
    expect([...(await sums.data())]).toEqual([0, 2]);
  });

  it('keeps whole numbers whole', async () => {
    const sums = unsortedSegmentSum(tensor1d([1, 2, 4], 'int32'), tensor1d([0, 1, 0], 'int32'), 2);
    expect(sums.dtype).toBe('int32');
    expect([...(await sums.data())]).toEqual([5, 2]);
  });

  it('makes one tensor and nothing else', () => {
    const x = tensor1d([1, 2]);
    const ids = tensor1d([0, 1], 'int32');
    const before = memory().numTensors;
    unsortedSegmentSum(x, ids, 3).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('registers once', () => {
    const kernel = getKernel('UnsortedSegmentSum', name);
    registerSegmentSum(name);
    expect(getKernel('UnsortedSegmentSum', name)).toBe(kernel);
  });
});
