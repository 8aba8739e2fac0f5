import { backend, type TensorInfo } from '@tensorflow/tfjs-core';

/** The numbers that choose what a dropout drops. */
export interface DropoutKeys {
  readonly firstKey: number;
  readonly secondKey: number;
}

/** A computation that a backend has written down, to be done again with other values. */
export interface CapturedGraph {
  /** Bytes that the values within it need at its fullest: about what it holds for its next run. */
  readonly peakBytes: number;
  /** The keys of each dropout, in order. */
  readonly masks: readonly DropoutKeys[];
  /**
   * @param inputs - in the order and shapes of the capture
   * @param keys - of each dropout
   * @returns the results, in order; tensors that the engine does not know yet
   */
  run(inputs: readonly TensorInfo[], keys: readonly DropoutKeys[]): TensorInfo[];
  /** Frees it. */
  dispose(): void;
}

/** What a backend gives back beside the results of the function. */
export interface GraphCapture<T> {
  readonly results: T;
  /** Missing when the function cannot be written down. */
  readonly graph?: CapturedGraph;
  /** Why there is no graph. */
  readonly failure?: string;
}

/** A backend that can write down what a function computes; that of `@crossmodal/tfjs-backend-onnxruntime` is one. */
export interface GraphCapturingBackend {
  /**
   * Runs a function as always and writes down what it computes.
   *
   * @param run - synchronous; its results stay the caller's
   * @param inputs - all that may have other values the next time
   */
  captureGraph<T extends readonly TensorInfo[]>(run: () => T, inputs: readonly TensorInfo[]): GraphCapture<T>;
}

/** The current backend, if it is one. */
export function graphCapturingBackend(): GraphCapturingBackend | undefined {
  const current: object = backend();
  return 'captureGraph' in current ? (current as GraphCapturingBackend) : undefined;
}
