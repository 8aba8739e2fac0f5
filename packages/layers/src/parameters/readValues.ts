import { type Tensor } from '@tensorflow/tfjs-core';

/** The values of one parameter, in the form in which checkpoints are written. */
export interface ParameterData {
  readonly dtype: 'F32';
  readonly shape: number[];
  readonly data: Float32Array;
}

/**
 * Copies values out of the backend.
 *
 * @param tensor - float32; it stays the caller's
 * @param where - begins the message of an error
 * @throws TypeError when it is not float32
 */
export async function readValues(tensor: Tensor, where: string): Promise<ParameterData> {
  const { dtype, shape } = tensor;
  const values = await tensor.data();
  if (!(values instanceof Float32Array)) throw new TypeError(`${where} must be float32, got ${dtype}.`);
  // A copy, because some backends hand out the memory in which they keep the values.
  return { dtype: 'F32', shape: [...shape], data: Float32Array.from(values) };
}
