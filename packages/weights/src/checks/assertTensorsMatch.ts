import { WeightsError } from './WeightsError.js';

/**
 * Checks that a checkpoint holds exactly the tensors of a model.
 *
 * @param expected - shapes by name, as `parameterShapes` of `@crossmodal/layers` gives them
 * @param found - the tensors of the checkpoint by name
 * @param where - who looked where, for the message: `'BertEncoder: checkpoint/model.safetensors'`
 * @throws {@link WeightsError} when a tensor is missing, unexpected or of another shape
 */
export function assertTensorsMatch(
  expected: ReadonlyMap<string, readonly number[]>,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  where: string,
): void {
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name));
  const misshaped = [...expected].flatMap(([name, shape]) => {
    const received = found.get(name)?.shape;
    return received && !sameShape(shape, received) ? [{ name, expected: shape, received }] : [];
  });
  if (missing.length + unexpected.length + misshaped.length > 0) {
    throw new WeightsError(where, { missing, unexpected, misshaped });
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
