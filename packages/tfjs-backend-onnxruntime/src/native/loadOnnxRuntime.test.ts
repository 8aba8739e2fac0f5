import { expect, it, vi } from 'vitest';
import { loadOnnxRuntime } from './loadOnnxRuntime.js';
import { onnxRuntimeVersion } from './startOnnxRuntime.js';

const rightVersion = (name: string): unknown =>
  name === 'onnxruntime-node/package.json' ? { version: onnxRuntimeVersion } : undefined;

it('gives the public part of what is installed', () => {
  expect(loadOnnxRuntime().InferenceSession).toHaveProperty('create');
});

it.each([
  [undefined, '1'],
  ['0', '0'],
])('keeps ONNX Runtime from reporting its use, unless that is wanted (%s)', (before, expected) => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', before);
  let seen: string | undefined;
  loadOnnxRuntime((name) => {
    if (name === 'onnxruntime-node') seen = process.env.ORT_DISABLE_TELEMETRY;
    return rightVersion(name);
  });
  vi.unstubAllEnvs();
  expect(seen).toBe(expected);
});

it('refuses other versions without loading their code', () => {
  const other = (name: string): unknown =>
    name === 'onnxruntime-node/package.json' ? { version: '1.31.0' } : expect.unreachable(`${name} was loaded`);
  expect(() => loadOnnxRuntime(other)).toThrow(
    'loadOnnxRuntime: onnxruntime-node must be version 1.30.0, got 1.31.0. Run npm install onnxruntime-node@1.30.0',
  );
});

it('says what broke where it does not load', () => {
  const broken = (name: string): unknown => {
    if (name === 'onnxruntime-node') throw new Error('libonnxruntime.so.1: cannot open shared object file');
    return rightVersion(name);
  };
  expect(() => loadOnnxRuntime(broken)).toThrow(
    `loadOnnxRuntime: onnxruntime-node 1.30.0 must load on ${process.platform} ${process.arch} with Node ${process.version}, ` +
      'got: libonnxruntime.so.1: cannot open shared object file. Run npm install onnxruntime-node@1.30.0, or go without it',
  );
});

it('is importable without TensorFlow.js', async () => {
  const loaded: string[] = [];
  for (const name of ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu']) {
    vi.doMock(name, () => {
      loaded.push(name);
      return {};
    });
  }
  vi.resetModules();
  expect(await import('../runtime.js')).toHaveProperty('loadOnnxRuntime');
  expect(loaded).toEqual([]);
  await expect(import('../index.js')).rejects.toThrow();
  expect(loaded).not.toEqual([]);
  vi.doUnmock('@tensorflow/tfjs-core');
  vi.doUnmock('@tensorflow/tfjs-backend-cpu');
});
