import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ShapeError } from '../checks/ShapeError.js';
import { type Module } from '../modules/Module.js';

/** New values of one parameter. */
export interface ParameterValues {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * Replaces the values of a module's parameters. Nothing is changed when an entry does not fit.
 *
 * @param module - any module
 * @param tensors - values by path; parameters that are not named keep theirs
 * @throws RangeError when a path names no parameter
 * @throws {@link ShapeError} when a shape or a number of values differs
 */
export function assignParameters(module: Module, tensors: ReadonlyMap<string, ParameterValues>): void {
  const parameters = module.namedParameters();
  const assignments = [...tensors].map(([path, values]): [Variable, ParameterValues] => {
    const parameter = parameters.get(path);
    if (!parameter) {
      throw new RangeError(
        `assignParameters: each path must name one of the ${parameters.size} parameters, got "${path}". ` +
          'Compare with the keys of namedParameters().',
      );
    }
    assertFits(path, parameter, values);
    return [parameter, values];
  });
  for (const [parameter, { shape, data }] of assignments) {
    tidy(() => parameter.assign(tensor(Float32Array.from(data), [...shape])));
  }
}

function assertFits(path: string, parameter: Variable, { shape, data }: ParameterValues): void {
  const expected = `[${parameter.shape.join(', ')}] with ${parameter.size} values`;
  const received = `[${shape.join(', ')}] with ${data.length} values`;
  if (expected !== received) throw new ShapeError({ argument: `assignParameters: "${path}"`, expected, received });
}
