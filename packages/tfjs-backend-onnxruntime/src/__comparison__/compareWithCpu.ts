import '@tensorflow/tfjs-backend-cpu';
import { findBackend, memory, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, vi } from 'vitest';
import { OnnxRuntimeBackend } from '../OnnxRuntimeBackend.js';
import { registerOnnxRuntimeBackend } from '../registerOnnxRuntimeBackend.js';

/** Differences that rounding makes, beside the relative ones. */
const tolerance = 2e-6;

/** How values are compared and which way they must have taken. */
export interface Comparison {
  /** Largest sum of absolute terms that one value is made of: rounding grows with it. Default 1. */
  readonly magnitude?: number;
  /** Whether ONNX Runtime must have computed. Default: not checked. */
  readonly isNative?: boolean;
}

/** Starts the backend with every kernel in ONNX Runtime and two threads; cpu is there as well. */
export async function startOnnxRuntime(): Promise<OnnxRuntimeBackend> {
  registerOnnxRuntimeBackend({ numThreads: 2, smallestWork: 0 });
  await setBackend('onnxruntime');
  const started: unknown = findBackend('onnxruntime');
  if (started instanceof OnnxRuntimeBackend) return started;
  throw new TypeError('the backend onnxruntime must be registered, got another one.');
}

/**
 * Asserts that a function computes the same on both backends: dtypes, shapes, every value, NaN and infinities in their places. Nothing may be
 * left behind on either.
 *
 * @param compute - makes its inputs itself
 */
export async function expectSameAsCpu(
  compute: () => Tensor | Tensor[],
  { magnitude = 1, isNative }: Comparison = {},
): Promise<void> {
  await setBackend('cpu');
  const wanted = readResults(compute);
  const backend = await startOnnxRuntime();
  const before = [memory().numTensors, memory().numDataBuffers, backend.pool.lentBytes];
  const computeModel = vi.spyOn(backend, 'computeOne');
  try {
    const got = readResults(compute);
    if (isNative !== undefined) expect(computeModel.mock.calls.length > 0).toBe(isNative);
    expect(got.map(({ dtype, shape }) => `${dtype} ${shape.join()}`)).toEqual(
      wanted.map(({ dtype, shape }) => `${dtype} ${shape.join()}`),
    );
    for (const [i, { values }] of wanted.entries()) expectClose(got[i]?.values ?? [], values, magnitude);
    expect([memory().numTensors, memory().numDataBuffers, backend.pool.lentBytes]).toEqual(before);
  } finally {
    computeModel.mockRestore();
  }
}

/**
 * Numbers around zero without a pattern.
 *
 * @param places - what stands at which place instead
 */
export function numbers(size: number, seed: number, places: readonly (readonly [number, number])[] = []): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 1) values[i] = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 3;
  for (const [at, value] of places) if (size > 0) values[at % size] = value;
  return values;
}

interface Values {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

function readResults(compute: () => Tensor | Tensor[]): Values[] {
  return tidy(() => {
    const results = compute();
    const list = Array.isArray(results) ? results : [results];
    return list.map((result) => ({ dtype: result.dtype, shape: result.shape, values: result.dataSync() }));
  });
}

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, magnitude: number): void {
  expect(got.length).toBe(wanted.length);
  const differing: string[] = [];
  for (let i = 0; i < wanted.length && differing.length < 5; i += 1) {
    const found = got[i] ?? NaN;
    const value = wanted[i] ?? NaN;
    if (found === value || (Number.isNaN(found) && Number.isNaN(value))) continue;
    const isClose = Math.abs(found - value) <= tolerance * Math.max(magnitude, Math.abs(value));
    if (!isClose) differing.push(`[${i}] must be ${value}, got ${found}`);
  }
  expect(differing).toEqual([]);
}
