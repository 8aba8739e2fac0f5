import { type PixelRows, type ResamplePasses } from './ResamplePasses.js';
import { type ResampleWeights, WEIGHT_BITS } from './resampleWeights.js';

/** Added before the fixed-point sum is cut, so that it rounds. */
const ONE_HALF = 1 << (WEIGHT_BITS - 1);

/** The passes in JavaScript: for engines without SIMD, and what the faster ones are compared with. */
export const plainPasses: ResamplePasses = { columns, rows };

function columns({ data, stride }: PixelRows, { starts, counts, weights, taps }: ResampleWeights): PixelRows {
  const resampled = new Uint8ClampedArray((data.length / stride) * starts.length * 3);
  let place = 0;
  for (let row = 0; row < data.length; row += stride) {
    for (let i = 0; i < starts.length; i += 1) {
      const first = i * taps;
      const last = first + (counts[i] ?? 0);
      let pixel = row + (starts[i] ?? 0) * 3;
      let red = ONE_HALF;
      let green = ONE_HALF;
      let blue = ONE_HALF;
      for (let tap = first; tap < last; tap += 1) {
        const weight = weights[tap] ?? 0;
        red += Math.imul(data[pixel] ?? 0, weight);
        green += Math.imul(data[pixel + 1] ?? 0, weight);
        blue += Math.imul(data[pixel + 2] ?? 0, weight);
        pixel += 3;
      }
      resampled[place] = red >> WEIGHT_BITS;
      resampled[place + 1] = green >> WEIGHT_BITS;
      resampled[place + 2] = blue >> WEIGHT_BITS;
      place += 3;
    }
  }
  return { data: new Uint8Array(resampled.buffer), stride: starts.length * 3 };
}

function rows(
  { data, stride }: PixelRows,
  { starts, counts, weights, taps }: ResampleWeights,
  firstRow: number,
): PixelRows {
  const resampled = new Uint8ClampedArray(starts.length * stride);
  let place = 0;
  for (let row = 0; row < starts.length; row += 1) {
    const first = row * taps;
    const last = first + (counts[row] ?? 0);
    const top = ((starts[row] ?? 0) - firstRow) * stride;
    for (let column = 0; column < stride; column += 1) {
      let sum = ONE_HALF;
      let pixel = top + column;
      for (let tap = first; tap < last; tap += 1) {
        sum += Math.imul(data[pixel] ?? 0, weights[tap] ?? 0);
        pixel += stride;
      }
      resampled[place] = sum >> WEIGHT_BITS;
      place += 1;
    }
  }
  return { data: new Uint8Array(resampled.buffer), stride };
}
