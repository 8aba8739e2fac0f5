import { type Module } from '../modules/Module.js';

/** The values of one parameter, in the form in which checkpoints are written. */
export interface ParameterData {
  readonly dtype: 'F32';
  readonly shape: number[];
  readonly data: Float32Array;
}

/**
 * Copies the values of a module's parameters out of the backend.
 *
 * @param module - any module
 * @returns the values by path, in the order of `namedParameters`
 * @throws TypeError when a parameter is not float32
 */
export async function readParameters(module: Module): Promise<Map<string, ParameterData>> {
  const entries = [...module.namedParameters()].map(async ([path, parameter]): Promise<[string, ParameterData]> => {
    const values = await parameter.data();
    if (!(values instanceof Float32Array)) {
      throw new TypeError(`readParameters: "${path}" must be float32, got ${parameter.dtype}.`);
    }
    // A copy, because some backends hand out the memory in which they keep the values.
    return [path, { dtype: 'F32', shape: [...parameter.shape], data: Float32Array.from(values) }];
  });
  return new Map(await Promise.all(entries));
}
