import { expect, it } from 'vitest';
import { loadOnnxRuntime } from './loadOnnxRuntime.js';

it('loads what is installed', () => {
  const loaded = loadOnnxRuntime();
  expect('runtime' in loaded && loaded.runtime.InferenceSession).toHaveProperty('create');
});

it('says what is wrong', () => {
  const absent = (name: string): never => {
    throw new Error(`Cannot find module '${name}'`);
  };
  expect(loadOnnxRuntime(absent)).toEqual({
    problem: 'loadOnnxRuntime: onnxruntime-node must be installed, got none. Run npm install onnxruntime-node@1.30.0',
  });
});
