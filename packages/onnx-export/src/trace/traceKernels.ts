import {
  getBackend,
  getKernelsForBackend,
  keep,
  type KernelConfig,
  type NamedTensorMap,
  registerKernel,
  reshape,
  Tensor,
  type TensorInfo,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { KernelCall, TracedTensor } from './KernelCall.js';
import { tracingKernels } from './tracingKernels.js';

/** What ran, in order. */
export interface Trace {
  readonly calls: readonly KernelCall[];
  /** What the function gave back. */
  readonly outputs: ReadonlyMap<string, TracedTensor>;
  readonly inputs: ReadonlyMap<string, TracedTensor>;
  /** Tensors that nothing in the trace made, by key: parameters and constants. Views; the caller disposes them. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Keys of the tensors that were asked for, such as parameters. */
  readonly known: ReadonlyMap<string, string>;
}

/**
 * Runs a function and writes down every kernel that it calls on the current backend. The kernels compute as always.
 *
 * @param run - synchronous; reads no values
 * @param inputs - what it is called with
 * @param known - tensors whose names matter
 */
export function traceKernels(
  run: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor | undefined>>,
  inputs: Readonly<Record<string, Tensor>>,
  known: ReadonlyMap<string, Tensor>,
): Trace {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  const describe = ({ dataId, shape, dtype }: TensorInfo): TracedTensor => {
    const number = numbers.get(dataId) ?? count++;
    numbers.set(dataId, number);
    return { key: `${number}:${dtype}:${shape.join('x')}`, shape: [...shape], dtype };
  };
  const describeAll = (tensors: ReadonlyMap<string, Tensor>): Map<string, TracedTensor> =>
    new Map([...tensors].map(([name, tensor]) => [name, describe(tensor)]));

  const calls: KernelCall[] = [];
  const constants = new Map<string, Tensor>();
  const tracedInputs = describeAll(new Map(Object.entries(inputs)));
  const knownKeys = new Map([...describeAll(known)].map(([name, { key }]) => [key, name]));
  const made = new Set([...tracedInputs.values()].map(({ key }) => key));
  let depth = 0;

  const traced = ({ kernelName, kernelFunc }: KernelConfig): KernelConfig['kernelFunc'] => {
    return (parameters) => {
      depth += 1;
      let result: ReturnType<KernelConfig['kernelFunc']>;
      const isOutermost = depth === 1;
      const used = isOutermost ? describeInputs(parameters.inputs) : {};
      try {
        result = kernelFunc(parameters);
      } finally {
        depth -= 1;
      }
      if (isOutermost) {
        const outputs = (Array.isArray(result) ? result : [result]).map(describe);
        for (const { key } of outputs) made.add(key);
        calls.push({ kernel: kernelName, inputs: used, attributes: { ...parameters.attrs }, outputs });
      }
      return result;
    };
  };
  const describeInputs = (used: NamedTensorMap | KernelInputs): Record<string, TracedTensor> =>
    Object.fromEntries(
      Object.entries(used).flatMap(([name, tensor]) => {
        if (!tensor) return [];
        const described = describe(tensor);
        // The engine gives kernels tensors, whatever their declared type.
        if (tensor instanceof Tensor && !made.has(described.key) && !constants.has(described.key)) {
          // A view shares the values and outlives the run; a clone would copy them on wasm.
          constants.set(described.key, keep(reshape(tensor as Tensor, [...described.shape])));
        }
        return [[name, described]];
      }),
    );

  let outputs: ReadonlyMap<string, TracedTensor> = new Map();
  withKernels(traced, () => {
    tidy(() => {
      const results = Object.entries(run(inputs)).flatMap(([name, tensor]) =>
        tensor ? [[name, tensor] as const] : [],
      );
      outputs = describeAll(new Map(results));
    });
  });
  return { calls, outputs, inputs: tracedInputs, constants, known: knownKeys };
}

type KernelInputs = Readonly<Record<string, TensorInfo | undefined>>;

/** Replaces every kernel of the backend while something runs. */
function withKernels(wrap: (kernel: KernelConfig) => KernelConfig['kernelFunc'], run: () => void): void {
  const backendName = getBackend();
  const present = getKernelsForBackend(backendName);
  const own = new Set(tracingKernels.map(({ kernelName }) => kernelName));
  // A fused kernel that is not known here is set aside: what it stands for is computed by ordinary ones then.
  const isUnknown = (name: string): boolean => name.startsWith('Crossmodal') && !own.has(name);
  const installed: KernelConfig[] = [
    ...present.filter(({ kernelName }) => !own.has(kernelName) && !isUnknown(kernelName)),
    ...tracingKernels.map((kernel) => ({ ...kernel, backendName })),
  ];
  const swap = (from: readonly KernelConfig[], to: readonly KernelConfig[]): void => {
    for (const { kernelName } of from) unregisterKernel(kernelName, backendName);
    for (const kernel of to) registerKernel(kernel);
  };
  swap(
    present,
    installed.map((kernel) => ({ ...kernel, kernelFunc: wrap(kernel) })),
  );
  try {
    run();
  } finally {
    swap(installed, present);
  }
}
