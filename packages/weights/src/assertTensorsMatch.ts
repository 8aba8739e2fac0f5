import { WeightsError } from './WeightsError.js';

/**
 * Checks that a file holds exactly the tensors of a model.
 *
 * @param expected - shape by name
 * @param found - tensors by name
 * @param where - what is being loaded, for the message
 * @throws {@link WeightsError} listing missing, unexpected and mis-shaped names
 */
export function assertTensorsMatch(
  expected: ReadonlyMap<string, readonly number[]>,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  where: string,
): void {
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name));
  const misshaped = [...expected].flatMap(([name, shape]) => {
    const got = found.get(name)?.shape;
    return got && got.join() !== shape.join()
      ? [`${name}: expected [${shape.join(', ')}], got [${got.join(', ')}]`]
      : [];
  });
  if (missing.length + unexpected.length + misshaped.length > 0) {
    throw new WeightsError(where, { missing, unexpected, misshaped });
  }
}
