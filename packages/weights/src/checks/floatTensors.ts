import { type TensorData } from '../safetensors/TensorData.js';

/** A tensor of a checkpoint as float32, as `assignParameters` of `@crossmodal/layers` takes it. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The tensors of a checkpoint as float32. `F64` is rounded; `F32`, `F16` and `BF16` are taken as they are.
 *
 * @param tensors - as `parseSafetensors` gives them
 * @param where - who looked where, for the message
 * @throws TypeError when a tensor holds integers or booleans
 */
export function floatTensors(tensors: ReadonlyMap<string, TensorData>, where: string): Map<string, FloatTensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, floatTensor(name, tensor, where)]));
}

/** One tensor as float32; see {@link floatTensors}. */
export function floatTensor(name: string, { dtype, shape, data }: TensorData, where: string): FloatTensor {
  if (data instanceof Float32Array) return { shape, data };
  if (data instanceof Float64Array) return { shape, data: Float32Array.from(data) };
  throw new TypeError(`${where}: "${name.slice(0, 80)}" must be of a floating-point dtype, got ${dtype}.`);
}
