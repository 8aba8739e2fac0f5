import { dispose, grads, profile, scalar, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { seededNormalValues } from './seededTensors.js';
import { type TestBackend, useBackend } from './useBackend.js';

/** Values without a backend, float32. */
export interface PlainValues {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A differentiable computation and what it is computed from, at least one tensor. */
export interface Computation {
  readonly inputs: readonly PlainValues[];
  readonly run: (inputs: [Tensor, ...Tensor[]]) => Tensor;
}

/** What {@link computeOn} found. */
export interface Computed {
  readonly value: PlainValues;
  /** Of all inputs, for a gradient of the value that is the same on every backend. */
  readonly gradients: readonly PlainValues[];
  /** The names of the kernels that ran. */
  readonly kernels: ReadonlySet<string>;
}

/**
 * Computes a value and the gradients of all inputs on a backend, which stays the current one.
 *
 * @throws whatever the computation throws
 */
export async function computeOn(backend: TestBackend, { inputs, run }: Computation): Promise<Computed> {
  await useBackend(backend);
  const given = inputs.map(({ shape, values }) => tensor(Float32Array.from(values), [...shape]));
  const runAll = (...tensors: Tensor[]): Tensor => run(tensors as [Tensor, ...Tensor[]]); // as many as there are inputs
  const results: Tensor[] = [];
  const { kernelNames, result } = await profile(() => {
    const value = tidy(() => runAll(...given));
    const dy = tensor(seededNormalValues(value.size, 50), value.shape);
    results.push(value, ...grads(runAll)(given, dy));
    dispose(dy);
    return scalar(0); // a profile wants a result
  });
  const plain: PlainValues[] = [];
  for (const found of results) plain.push({ shape: found.shape, values: Array.from(await found.data()) });
  dispose([...given, ...results, result]);
  const [value, ...gradients] = plain;
  if (!value) throw new Error('computeOn: the computation must give a value, got none.');
  return { value, gradients, kernels: new Set(kernelNames) };
}
