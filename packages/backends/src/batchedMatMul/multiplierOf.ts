import { batchedMatMulBytes } from './batchedMatMulBytes.js';

/** `c[g] = a[g] b[g]`, row-major and dense; offsets in bytes, sizes in matrices, rows, inner and columns. */
export type Multiplier = (
  a: number,
  b: number,
  c: number,
  groups: number,
  rows: number,
  inner: number,
  columns: number,
) => void;

const multipliers = new WeakMap<object, Multiplier | 'none'>();

/**
 * The compiled routine on the memory of a wasm backend, one per backend.
 *
 * @returns undefined where the engine has no SIMD, or the backend does not show its memory or shares it between threads
 */
export function multiplierOf(backend: object): Multiplier | undefined {
  let multiplier = multipliers.get(backend);
  if (multiplier === undefined) {
    multiplier = instantiate(memoryOf(backend)) ?? 'none';
    multipliers.set(backend, multiplier);
  }
  return multiplier === 'none' ? undefined : multiplier;
}

/** What Emscripten's module exports; the backend keeps it in `wasm`. */
function memoryOf(backend: object): WebAssembly.Memory | undefined {
  const memory = (backend as { wasm?: { asm?: { memory?: unknown } } }).wasm?.asm?.memory;
  return memory instanceof WebAssembly.Memory && memory.buffer instanceof ArrayBuffer ? memory : undefined;
}

function instantiate(memory: WebAssembly.Memory | undefined): Multiplier | undefined {
  const bytes = batchedMatMulBytes();
  if (!memory || !WebAssembly.validate(bytes)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports.batchedMatMul as Multiplier; // the one export of batchedMatMul.wat
}
