import { util } from '@tensorflow/tfjs-core';
import { areFloats, inputOf, type NativeKernel } from './NativeKernel.js';

/**
 * Sums rows by number, in one pass. The JavaScript backend passes over all rows once for every sum. Numbers outside are left out, as in TensorFlow.
 */
export const segmentSum: NativeKernel = (call) => {
  const { attributes, backend } = call;
  const [x, segmentIds] = [inputOf(call, 'x'), inputOf(call, 'segmentIds')];
  if (!areFloats(backend, x) || !backend.isNative(segmentIds)) return undefined;
  const count = attributes.numSegments as number;
  const output = backend.makePooled([count, ...x.shape.slice(segmentIds.shape.length)], 'float32');
  const sums = backend.valuesOf(output).fill(0);
  const width = util.sizeFromShape(output.shape.slice(1));
  addRows(backend.valuesOf(x), backend.valuesOf(segmentIds), sums, width);
  return output;
};

/** Adds each row of `x` to the row of `sums` that its number names. */
export function addRows(
  x: ArrayLike<number>,
  numbers: ArrayLike<number>,
  sums: { readonly length: number; [index: number]: number },
  width: number,
): void {
  const count = width === 0 ? 0 : sums.length / width;
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row] ?? -1;
    if (number < 0 || number >= count) continue;
    const [from, to] = [row * width, number * width];
    for (let i = 0; i < width; i += 1) sums[to + i] = (sums[to + i] ?? 0) + (x[from + i] ?? 0);
  }
}
