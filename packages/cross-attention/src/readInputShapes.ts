import type { Shape } from '@tensorflow/tfjs-layers';

/**
 * The shapes of a layer's positional inputs, which TensorFlow.js passes as one shape or as an array of them.
 *
 * @param where - name of the layer, for the message
 * @param names - the inputs in order; the first two are required
 * @throws TypeError when there are too few or too many
 */
export function readInputShapes(
  where: string,
  names: readonly string[],
  shapes: Shape | readonly Shape[],
): [Shape, Shape, ...Shape[]] {
  const [first, second, ...others] = shapes;
  if (!Array.isArray(first) || !Array.isArray(second) || shapes.length > names.length) {
    const received = Array.isArray(first) && shapes.length > 1 ? `${String(shapes.length)} tensors` : 'one tensor';
    throw new TypeError(
      `${where}: inputs must be an array of ${names.join(', ')}, got ${received}. attend takes them by name.`,
    );
  }
  // The first entry is an array, so that this is an array of shapes.
  return [first, second, ...(others as Shape[])];
}
