import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type NativeValues } from '../native/OnnxRuntimeBinding.js';
import { BufferPool } from './BufferPool.js';

/** What tensors in reused memory may hold. */
export type PooledDtype = 'float32' | 'int32' | 'bool';

export type StoredValues = Parameters<MathBackendCPU['write']>[0];
export type DataId = Parameters<MathBackendCPU['disposeData']>[0];

/**
 * TensorFlow.js's JavaScript backend with its values in reused memory.
 *
 * Memory comes back to the pool with the last reference to a tensor, and only what nobody outside can hold is used again.
 */
export class PooledBackend extends MathBackendCPU {
  /** @internal */
  readonly pool = new BufferPool();

  /**
   * A new tensor in reused memory; its values are undefined until they are written.
   *
   * @internal
   */
  makePooled(shape: readonly number[], dtype: PooledDtype): TensorInfo {
    const size = util.sizeFromShape([...shape]);
    const values = viewOf(this.pool.acquire(size * (dtype === 'bool' ? 1 : 4)), dtype, size);
    const dataId = super.write(values, [...shape], dtype);
    return { dataId, shape: [...shape], dtype };
  }

  /**
   * A tensor for the new values of one that its owner gives up: in the same memory where nothing else refers to it.
   *
   * @param old - of this backend, float32; may be the result afterwards
   * @internal
   */
  makeSuccessor(old: TensorInfo): TensorInfo {
    const { values, refCount } = this.data.get(old.dataId);
    const isAlone = refCount === 1 && ArrayBuffer.isView(values) && this.pool.isPrivate(values.buffer);
    if (!isAlone) return this.makePooled(old.shape, 'float32');
    this.incRef(old.dataId);
    return { dataId: old.dataId, shape: old.shape, dtype: old.dtype };
  }

  /**
   * The values of a tensor in memory; they belong to it.
   *
   * @internal
   */
  valuesOf({ dataId }: TensorInfo): NativeValues {
    return this.data.get(dataId).values as NativeValues; // neither strings nor complex numbers come here
  }

  /**
   * The values of a float32 tensor; they belong to it.
   *
   * @internal
   */
  floatsOf(tensor: TensorInfo): Float32Array {
    const values = this.valuesOf(tensor);
    if (values instanceof Float32Array) return values;
    throw new TypeError(`OnnxRuntimeBackend: a tensor must be float32 here, got ${tensor.dtype}.`);
  }

  /**
   * Whether kernels of ONNX Runtime can read this tensor.
   *
   * @internal
   */
  isNative({ dataId, dtype }: TensorInfo): boolean {
    const { values } = this.data.get(dataId);
    if (dtype === 'float32') return values instanceof Float32Array;
    if (dtype === 'int32') return values instanceof Int32Array;
    return dtype === 'bool' && values instanceof Uint8Array;
  }

  /** @internal */
  override write(values: StoredValues, shape: number[], dtype: DataType): DataId {
    // Some kernels of the JavaScript backend give out a view of their input instead of a copy.
    if (ArrayBuffer.isView(values)) this.pool.letGo(values.buffer);
    return super.write(values, shape, dtype);
  }

  /** @internal */
  override move(dataId: DataId, values: StoredValues, shape: number[], dtype: DataType, refCount: number): void {
    if (ArrayBuffer.isView(values)) this.pool.letGo(values.buffer);
    super.move(dataId, values, shape, dtype, refCount);
  }

  /** @internal */
  override readSync(dataId: DataId): StoredValues {
    const values = super.readSync(dataId);
    // Whoever reads may keep what was read, and this memory is used again.
    return ArrayBuffer.isView(values) && this.pool.owns(values.buffer) ? values.slice() : values;
  }

  /** @internal */
  override disposeData(dataId: DataId, force = false): boolean {
    const values = this.data.has(dataId) ? this.data.get(dataId).values : undefined;
    const isGone = super.disposeData(dataId, force);
    if (isGone && ArrayBuffer.isView(values)) this.pool.release(values.buffer);
    return isGone;
  }

  /** @internal */
  override dispose(): void {
    this.pool.clear();
    super.dispose();
  }
}

function viewOf(buffer: ArrayBuffer, dtype: PooledDtype, size: number): NativeValues {
  if (dtype === 'float32') return new Float32Array(buffer, 0, size);
  return dtype === 'int32' ? new Int32Array(buffer, 0, size) : new Uint8Array(buffer, 0, size);
}
