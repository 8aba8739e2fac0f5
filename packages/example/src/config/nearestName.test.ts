import { expect, it } from 'vitest';
import { nearestName } from './nearestName.js';

it('suggests what was probably meant, and nothing when nothing is near', () => {
  const names = ['epochs', 'batchSize', 'learningRate'];
  expect(nearestName('batchsize', names)).toBe('batchSize');
  expect(nearestName('lerningRate', names)).toBe('learningRate');
  expect(nearestName('quantization', names)).toBeUndefined();
});
