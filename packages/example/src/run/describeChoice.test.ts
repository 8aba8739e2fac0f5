import { expect, it } from 'vitest';
import { describeChoice } from './describeChoice.js';

const why = 'Fell down to wasm: nothing faster starts here.';
const passedOver = [
  { backend: 'webgpu', why: 'webgpu not used: no GPU' },
  { backend: 'onnxruntime', why: 'onnxruntime not used: no binary' },
] as const;

it('says nothing of a backend that was asked for by name, and of the first in the order', () => {
  expect(describeChoice({ name: 'wasm' })).toEqual([]);
  expect(describeChoice({ name: 'webgpu', choice: { by: 'order', passedOver } })).toEqual([]);
});

it.each(['wasm', 'cpu'] as const)('says what native code needs where %s was taken', (name) => {
  expect(describeChoice({ name, choice: { by: 'fallback', why, passedOver } })).toEqual([
    why,
    'onnxruntime not used: no binary',
  ]);
});

it('does not speak of ONNX Runtime where native code runs', () => {
  expect(describeChoice({ name: 'tensorflow', choice: { by: 'speed', why: 'Took tensorflow', passedOver } })).toEqual([
    'Took tensorflow',
  ]);
});
