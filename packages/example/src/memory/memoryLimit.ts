import { totalmem } from 'node:os';

/** How much memory tensors can have. */
export interface MemoryLimit {
  readonly bytes: number;
  /** What sets it, for people. */
  readonly of: string;
}

/** What WebAssembly can address. */
const WASM_HEAP_BYTES = 2 ** 32;

/**
 * Says how much memory the tensors of a backend can have at most.
 *
 * @param backend - its name
 * @param machineBytes - of the machine or of the container that this process is in, whichever is less; default: asked
 * @returns `undefined` on GPUs, whose memory TensorFlow.js cannot ask for
 */
export function memoryLimit(backend: string, machineBytes = machineMemory()): MemoryLimit | undefined {
  if (backend.includes('gpu')) return undefined;
  return backend === 'wasm' && machineBytes > WASM_HEAP_BYTES
    ? { bytes: WASM_HEAP_BYTES, of: 'the heap of WebAssembly' }
    : { bytes: machineBytes, of: 'this machine' };
}

/** Of the machine, or what its control group leaves this process. */
function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
