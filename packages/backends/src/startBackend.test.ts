import { add, backend, getBackend, tensor1d, tensor2d, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { stubHost } from './__stubs__/stubHost.js';
import { type BackendName } from './BackendName.js';
import { BackendUnavailableError } from './BackendUnavailableError.js';
import { startBackend } from './startBackend.js';

describe('startBackend', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('starts wasm with the heap guarded and the missing kernel in place', async () => {
    const info = await startBackend('wasm');
    expect(info).toEqual({
      requested: 'wasm',
      name: 'wasm',
      device: 'CPU (WebAssembly SIMD, 1 thread)',
      version: '4.22.0',
      isGpu: false,
      isSoftware: false,
      notes: [],
    });
    expect(getBackend()).toBe('wasm');
    const sums = unsortedSegmentSum(tensor2d([[1], [2]]), tensor1d([0, 0], 'int32'), 1);
    expect([...(await sums.data())]).toEqual([3]);
    expect(() => backend().write(new Float32Array(0), [2 ** 30], 'float32')).toThrow(
      'wasm backend: a tensor of 4096.0 MB',
    );
  });

  it('starts cpu without the advertisement that TensorFlow.js prints', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(await startBackend('cpu')).toMatchObject({ name: 'cpu', device: 'CPU (JavaScript)', isGpu: false });
    expect(getBackend()).toBe('cpu');
    expect([...(await add(tensor1d([1, 2]), 1).data())]).toEqual([2, 3]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('may be called again, and tensors move over', async () => {
    await startBackend('cpu');
    const x = tensor1d([1, 2]);
    await startBackend('wasm');
    expect([...(await add(x, x).data())]).toEqual([2, 4]);
    const again = backend();
    await startBackend('wasm');
    expect(backend()).toBe(again);
  });

  it('names the known backends when asked for another', async () => {
    await expect(startBackend('cuda' as BackendName)).rejects.toThrow(
      new RangeError(
        "startBackend: name must be 'auto' or one of tensorflow-gpu, webgpu, onnxruntime, tensorflow, wasm, cpu, got 'cuda'.",
      ),
    );
    await expect(startBackend(undefined as unknown as BackendName)).rejects.toThrow('cpu, got undefined.');
  });

  it('falls down to wasm and says why', async () => {
    const info = await startBackend('auto', { host: stubHost() });
    expect(info).toMatchObject({ requested: 'auto', name: 'wasm' });
    expect(info.notes).toEqual([
      'Fell down to wasm: nothing faster starts here.',
      "tensorflow-gpu not used: it needs the npm package '@tensorflow/tfjs-node-gpu', which is not installed. " +
        'To supply it: crossmodal setup tensorflow --gpu',
      "webgpu not used: it needs the npm package 'webgpu', which is not installed. " +
        'To supply it: npm install webgpu @tensorflow/tfjs-backend-webgpu',
      "onnxruntime not used: it needs the npm package '@crossmodal/tfjs-backend-onnxruntime', which is not installed. " +
        'To supply it: npm install @crossmodal/tfjs-backend-onnxruntime',
      "tensorflow not used: it needs the npm package '@tensorflow/tfjs-node', which is not installed. " +
        'To supply it: crossmodal setup tensorflow',
    ]);
    expect(getBackend()).toBe('wasm');
  });

  it('never takes a software GPU on its own', async () => {
    const info = { vendor: 'google', architecture: 'swiftshader', device: 'SwiftShader Device (Subzero)' };
    const host = stubHost({ children: { webgpu: { outcome: 'reported', value: { info } } } });
    const { name, notes } = await startBackend('auto', { host });
    expect(name).toBe('wasm');
    expect(notes).toContain(
      'webgpu not used: SwiftShader Device (Subzero) (google, swiftshader) is emulated on the CPU. ' +
        'Ask for it by name if you want it.',
    );
    expect(host.imported).toEqual([]);
  });

  it('survives native code that crashes on load', async () => {
    const crash = { outcome: 'crashed', message: 'signal SIGSEGV' } as const;
    const host = stubHost({ children: { webgpu: crash, '@tensorflow/tfjs-node': crash } });
    const { name, notes } = await startBackend('auto', { host });
    expect(name).toBe('wasm');
    expect(notes.join('\n')).toContain(
      'webgpu not used: it needs a driver that Dawn survives (the trial ended with signal SIGSEGV)',
    );
    expect(notes.join('\n')).toContain(
      'tensorflow not used: it needs a build of @tensorflow/tfjs-node that loads here (the trial ended with signal SIGSEGV). ' +
        'To supply it: crossmodal setup tensorflow',
    );
    expect(host.imported).toEqual([]);
  });

  it('survives a backend that passes the trial and then fails', async () => {
    const host = stubHost({
      children: { '@tensorflow/tfjs-node-gpu': { outcome: 'reported', value: { usesGpu: true } } },
      packages: {
        '@tensorflow/tfjs-node-gpu': () => {
          throw new Error('out of file handles');
        },
      },
    });
    const { name, notes } = await startBackend('auto', { host });
    expect(name).toBe('wasm');
    expect(notes[1]).toContain('tensorflow-gpu not used: startBackend: backend \'tensorflow-gpu\' needs'); // prettier-ignore
    expect(notes[1]).toContain('out of file handles');
  });

  it('leaves the running backend in place when another cannot start', async () => {
    await startBackend('wasm');
    await expect(startBackend('webgpu', { host: stubHost() })).rejects.toBeInstanceOf(BackendUnavailableError);
    expect(getBackend()).toBe('wasm');
    expect([...(await add(tensor1d([1]), 1).data())]).toEqual([2]);
  });

  it('imports optional packages as told', async () => {
    const asked: string[] = [];
    const importModule = (specifier: string) => {
      asked.push(specifier);
      return import(specifier) as Promise<unknown>;
    };
    await startBackend('cpu', { importModule });
    expect(asked).toEqual([]);
  });
});
