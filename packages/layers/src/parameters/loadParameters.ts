import { tensor, tidy } from '@tensorflow/tfjs-core';
import { type Module } from '../modules/Module.js';
import { parameterShapes } from './parameterShapes.js';

/** New values of one parameter, which the parameter takes over. */
export interface OwnedValues {
  readonly shape: readonly number[];
  /** Row-major; not used by anybody else afterwards, because some backends keep the array itself. */
  readonly data: Float32Array;
}

/** Where values come from, one tensor at a time; `openWeights` of `@crossmodal/weights` gives one. */
export interface ParameterSource {
  /** Exactly the expected tensors by path; refuses before the first one when it does not hold these. */
  read(expected: ReadonlyMap<string, readonly number[]>): AsyncIterable<readonly [path: string, values: OwnedValues]>;
}

/**
 * Replaces all values of a module without a copy, and without holding more than one tensor beside them.
 *
 * @param module - any module; when the source breaks off in the middle, some of its values are already replaced
 * @param source - gives exactly the parameters of the module
 * @throws RangeError when a path names no parameter
 */
export async function loadParameters(module: Module, source: ParameterSource): Promise<void> {
  const parameters = module.namedParameters();
  for await (const [path, { shape, data }] of source.read(parameterShapes(module))) {
    const parameter = parameters.get(path);
    if (!parameter) {
      throw new RangeError(
        `loadParameters: each path must name one of the ${parameters.size} parameters, got "${path}".`,
      );
    }
    tidy(() => parameter.assign(tensor(data, [...shape])));
  }
}
