import { useBackend } from '@crossmodal/testing';
import { tensor1d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { LargestDifference } from './LargestDifference.js';

it('finds where two computations differ most', async () => {
  await useBackend('cpu');
  const difference = new LargestDifference();
  difference.add('same', tensor1d([1, 2]), tensor1d([1, 2]));
  difference.add('noise', tensor1d([1e-9]), tensor1d([-1e-9]));
  difference.add('off', tensor1d([1, 2.5]), tensor1d([1, 2]));
  expect(difference.find()).toEqual({ place: 'off', relative: 0.25 });
  difference.add('missing', undefined, tensor1d([1]));
  expect(difference.find()).toEqual({ place: 'missing', relative: Infinity });
  difference.add('broken', tensor1d([1]), tensor1d([NaN]));
  expect(difference.find().relative).toBeNaN();
});
