import '@tensorflow/tfjs-backend-cpu';
import './register.js';
import { getBackend, matMul, ones, ready } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

it('is enough: TensorFlow.js takes the backend by itself', async () => {
  await ready();
  expect(getBackend()).toBe('onnxruntime');
  expect(matMul(ones([100, 200]), ones([200, 50])).dataSync()).toEqual(new Float32Array(5000).fill(200));
});
