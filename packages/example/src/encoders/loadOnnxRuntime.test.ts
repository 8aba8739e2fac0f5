import { expect, it, vi } from 'vitest';
import { loadOnnxRuntime, ONNX_RUNTIME_VERSION } from './loadOnnxRuntime.js';

/** A loader that knows these modules. */
function loader(modules: Readonly<Record<string, () => unknown>>): (name: string) => unknown {
  return (name) => {
    const load = modules[name];
    if (!load) throw new Error(`Cannot find module '${name}'`);
    return load();
  };
}

it('loads what is installed', () => {
  const loaded = loadOnnxRuntime();
  expect('runtime' in loaded && loaded.runtime.InferenceSession).toHaveProperty('create');
});

it('says what is wrong: missing, another version, not loading', () => {
  const command = 'Run npm install onnxruntime-node@1.30.0';
  expect(loadOnnxRuntime(loader({}))).toEqual({
    problem: `onnxruntime-node must be version 1.30.0, got none. ${command}`,
  });
  const other = loader({
    'onnxruntime-node/package.json': () => ({ version: '1.31.0' }),
    'onnxruntime-node': () => expect.unreachable('another version must not be loaded'),
  });
  expect(loadOnnxRuntime(other)).toEqual({
    problem: `onnxruntime-node must be version 1.30.0, got 1.31.0. ${command}`,
  });
  const broken = loader({
    'onnxruntime-node/package.json': () => ({ version: ONNX_RUNTIME_VERSION }),
    'onnxruntime-node': () => {
      throw new Error('libonnxruntime.so.1: cannot open shared object file');
    },
  });
  expect(loadOnnxRuntime(broken)).toEqual({
    problem:
      `onnxruntime-node 1.30.0 must load on ${process.platform} ${process.arch} with Node ${process.version}, ` +
      'got: libonnxruntime.so.1: cannot open shared object file',
  });
});

it('keeps ONNX Runtime from reporting its use', () => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined);
  let seen: string | undefined;
  const load = loader({
    'onnxruntime-node/package.json': () => ({ version: ONNX_RUNTIME_VERSION }),
    'onnxruntime-node': () => void (seen = process.env.ORT_DISABLE_TELEMETRY),
  });
  loadOnnxRuntime(load);
  vi.unstubAllEnvs();
  expect(seen).toBe('1');
});
