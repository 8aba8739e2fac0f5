import type { KernelBackend } from '@tensorflow/tfjs-core';

import { WasmHeapFullError } from './WasmHeapFullError.js';

/** The part of `BackendWasm` that the guard touches. */
interface GuardedBackend extends KernelBackend {
  wasm: { _malloc: Allocate; _free: (offset: number) => void; HEAPU8: Uint8Array };
}

type Allocate = ((bytes: number) => number) & { [guarded]?: true };

const guarded = Symbol('crossmodal.heapGuard');
/** Addresses are 32 bits wide: the backend would silently allocate `bytes mod 4 GiB`. */
const ADDRESSABLE_BYTES = 2 ** 32;

/**
 * Makes a full wasm heap an error.
 *
 * Without it TensorFlow.js 4.22 ignores a failed `malloc` and the next kernel writes over address 0: results are wrong
 * and nothing says so. It does not see what C++ kernels allocate for themselves (their scratch space).
 *
 * @param backend - the running wasm backend (`backend()` of `@tensorflow/tfjs-core`); guarding it twice does nothing
 * @throws `TypeError` when `backend` is not the wasm backend
 *
 * @example
 * await setBackend('wasm');
 * guardWasmHeap(backend());
 */
export function guardWasmHeap(backend: KernelBackend): void {
  const { wasm } = backend as Partial<GuardedBackend>; // checked below
  if (typeof wasm?._malloc !== 'function') {
    throw new TypeError(
      `guardWasmHeap: backend must be the wasm backend of TensorFlow.js, got ${backend.constructor.name}.`,
    );
  }
  if (wasm._malloc[guarded]) return;
  // Emscripten's first call replaces the function with the real one, and would replace ours.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  const guardedAllocate: Allocate = (bytes) => {
    const offset = bytes < ADDRESSABLE_BYTES ? allocate(bytes) : 0;
    if (offset === 0 && bytes > 0) throw new WasmHeapFullError(bytes, wasm.HEAPU8.byteLength);
    return offset;
  };
  guardedAllocate[guarded] = true;
  wasm._malloc = guardedAllocate;
}
