import { backendsUnderTest, onBackends } from '@crossmodal/testing';
import { tensor, variable, type Variable } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { hashVariables } from './hashVariables.js';

const values = (data: number[], shape = [data.length]): Variable => variable(tensor(data, shape));

onBackends(backendsUnderTest(), () => {
  it('knows names, shapes and every bit, and no order', async () => {
    const hashes = await Promise.all(
      [
        { a: values([1, 2]), b: values([0]) },
        { a: values([1, 2]), c: values([0]) },
        { a: values([1, 2], [1, 2]), b: values([0]) },
        { a: values([1, 2]), b: values([-0]) },
        { a: values([1, 2 + 2 ** -22]), b: values([0]) },
        { a: values([2, 1]), b: values([0]) },
        { a: values([1, 2]) },
        {},
      ].map((variables) => hashVariables(new Map(Object.entries(variables)))),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
    const swapped = new Map(Object.entries({ b: values([0]), a: values([1, 2]) }));
    expect(await hashVariables(swapped)).toBe(hashes[0]);
    // Pinned, because saved checkpoints hold it: Python says the same with hashlib and numpy.
    expect(hashes[0]).toBe('ef4f03bc15c2359263b48a46c4202c8065ef4e9dcf8b9061d17a8b41cb00b4a8');
  });
});
