import { getBackend, matMul, ones, removeBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

import { stubHost, type StubMachine } from './__stubs__/stubHost.js';
import { isRegistered } from './activateBackend.js';
import { onnxruntimeAdapter } from './onnxruntimeAdapter.js';
import { startBackend } from './startBackend.js';

const name = '@crossmodal/tfjs-backend-onnxruntime';
const otherVersion =
  'loadBinding: onnxruntime-node must be version 1.30.0, got 1.31.0. Run npm install onnxruntime-node@1.30.0';

const probe = (machine: StubMachine) => onnxruntimeAdapter.probe(stubHost(machine));

describe('the backend onnxruntime', () => {
  it('starts, and computes', async () => {
    const info = await startBackend('onnxruntime');
    expect(info).toMatchObject({ name: 'onnxruntime', device: 'CPU (ONNX Runtime 1.30.0)', isGpu: false });
    expect(getBackend()).toBe('onnxruntime');
    expect((await matMul(ones([64, 80]), ones([80, 64])).data())[0]).toBe(80);
    await startBackend('cpu');
  });

  it('is tried in a child process', async () => {
    const host = stubHost({ children: { [name]: { outcome: 'reported', value: { version: '1.30.0' } } } });
    expect(await onnxruntimeAdapter.probe(host)).toEqual({
      backend: 'onnxruntime',
      available: true,
      device: 'CPU (ONNX Runtime 1.30.0)',
      isGpu: false,
      isSoftware: false,
    });
    expect(host.imported).toEqual([]);
    expect(await probe({ children: { [name]: { outcome: 'crashed', message: 'signal SIGILL' } } })).toMatchObject({
      available: false,
      missing: 'a processor that ONNX Runtime runs on (the trial ended with signal SIGILL)',
      command: "startBackend('wasm')",
    });
    const threw = { outcome: 'threw', code: undefined, message: otherVersion } as const;
    expect(await probe({ children: { [name]: threw } })).toMatchObject({
      available: false,
      missing: `an ONNX Runtime that loads here (it said: ${otherVersion})`,
      command: 'npm install onnxruntime-node@1.30.0',
    });
    expect(await probe({ runsInNode: false })).toMatchObject({
      available: false,
      missing: 'Node.js: it is native code',
    });
  });

  it.each([
    ['is not installed', {}, "needs the npm package '@crossmodal/tfjs-backend-onnxruntime', which is not installed"],
    ['is of another version', { [name]: failing(otherVersion) }, 'onnxruntime-node must be version 1.30.0, got 1.31.0'],
    [
      'lies beside another TensorFlow.js',
      { [name]: () => ({ onnxRuntimeVersion: '1.30.0', registerOnnxRuntimeBackend: () => undefined }) },
      'npm dedupe @tensorflow/tfjs-core',
    ],
  ])('says what it needs when it %s', async (_, packages, message) => {
    await startBackend('cpu');
    if (isRegistered('onnxruntime')) removeBackend('onnxruntime');
    await expect(startBackend('onnxruntime', { host: stubHost({ packages }) })).rejects.toThrow(message);
    expect(getBackend()).toBe('cpu');
  });
});

function failing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
