/** The typed arrays that cross over; ONNX Runtime works on their memory, without a copy. */
export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** A tensor as the native code reads it. */
export interface NativeTensor {
  readonly type: 'float32' | 'int32' | 'bool';
  readonly data: NativeValues;
  readonly dims: readonly number[];
  readonly location: 'cpu';
}

/** A loaded model. */
export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  /** Computes before it returns; writes into the arrays of `fetches`, where there are any, and returns copies of all outputs that are asked for. */
  run(
    feeds: Readonly<Record<string, NativeTensor>>,
    fetches: Readonly<Record<string, NativeTensor | null>>,
    options: object,
  ): unknown;
  dispose(): void;
}

/** The part of `onnxruntime-node`'s native code that is used here. */
export interface OnnxRuntimeBinding {
  readonly InferenceSession: new () => NativeSession;
}
