import { backend, fill, tensor } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';

import { guardWasmHeap } from './guardWasmHeap.js';
import { startBackend } from './startBackend.js';
import { WasmHeapFullError } from './WasmHeapFullError.js';

/** Elements of a float32 tensor of almost 3 GiB: virtual memory only, nobody writes to it. */
const ALMOST_3_GIB = 3 * 2 ** 28 - 1024;

describe('guardWasmHeap', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it('throws before anything is written when malloc finds no room', async () => {
    const wasm = backend() as unknown as Pick<BackendWasm, 'makeOutput' | 'disposeData'>; // started above
    const before = tensor([1, 2, 3]);
    const large = wasm.makeOutput([ALMOST_3_GIB], 'float32');
    expect(() => wasm.makeOutput([ALMOST_3_GIB], 'float32')).toThrow(WasmHeapFullError);
    expect(() => wasm.makeOutput([ALMOST_3_GIB], 'float32')).toThrow(
      /^wasm backend: a tensor of 3072\.0 MB must fit the 4096 MB heap, of which 3\d\d\d\.\d MB are taken up \(used or fragmented\)\. Use a smaller batch/,
    );
    expect([...(await before.data())]).toEqual([1, 2, 3]);
    // Memory that is given back is usable again.
    wasm.disposeData(large.dataId);
    wasm.disposeData(wasm.makeOutput([ALMOST_3_GIB], 'float32').dataId);
    before.dispose();
  });

  it('throws when the size does not fit an address, which would silently wrap around', () => {
    const failure = catchError(() => fill([2 ** 30 + 1], 1));
    expect(failure).toBeInstanceOf(WasmHeapFullError);
    expect(failure).toMatchObject({ name: 'WasmHeapFullError', requestedBytes: 2 ** 32 + 4 });
    expect((failure as WasmHeapFullError).heapBytes).toBeGreaterThan(0);
  });

  it('guards once', () => {
    const { wasm } = backend() as unknown as { wasm: { _malloc: unknown } }; // started above
    const { _malloc: allocate } = wasm;
    guardWasmHeap(backend());
    expect(wasm._malloc).toBe(allocate);
  });

  it('refuses any other backend', async () => {
    await startBackend('cpu');
    expect(() => guardWasmHeap(backend())).toThrow(
      new TypeError('guardWasmHeap: backend must be the wasm backend of TensorFlow.js, got MathBackendCPU.'),
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
