import { expect, it } from 'vitest';
import { parseSafetensors } from './parseSafetensors.js';
import { serializeSafetensors } from './serializeSafetensors.js';
import { type TensorData } from './TensorData.js';

it('reads what was written', () => {
  const tensors = new Map<string, TensorData>([
    ['b', { dtype: 'F32', shape: [2, 1], data: Float32Array.of(1.5, -2) }],
    ['a', { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) }],
  ]);
  expect([...parseSafetensors(serializeSafetensors(tensors))].sort()).toEqual([...tensors].sort());
});
