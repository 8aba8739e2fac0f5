import { type ResampleFilter } from './ResampleFilter.js';
import { resampleWeights, type ResampleWeights, WEIGHT_BITS } from './resampleWeights.js';
import { resizeNearest } from './resizeNearest.js';
import { type ResizeTarget } from './ResizeTarget.js';
import { type RgbImage } from './RgbImage.js';

/**
 * Resizes and keeps a region; pixels outside it are never computed. The bytes equal Pillow's `resize` followed by `crop`.
 *
 * @returns `region.width * region.height * 3` new bytes
 */
export function resizeRegion(image: RgbImage, target: ResizeTarget, filter: ResampleFilter): Uint8Array {
  const { width, height, region } = target;
  if (image.width === width && image.height === height) return copyRegion(image, region);
  if (filter === 'nearest') return resizeNearest(image, target);
  const columns = resampleWeights({ from: image.width, to: width, start: region.x, length: region.width }, filter);
  const rows = resampleWeights({ from: image.height, to: height, start: region.y, length: region.height }, filter);
  const firstRow = rows.starts[0] ?? 0;
  const lastRow = (rows.starts[region.height - 1] ?? 0) + (rows.counts[region.height - 1] ?? 0);

  if (isVerticalFirst(image, target)) {
    const short = resampleRows(image.data, image.width, 0, rows);
    return resampleColumns(short, { width: image.width, firstRow: 0, rows: region.height }, columns);
  }
  const narrow = resampleColumns(image.data, { width: image.width, firstRow, rows: lastRow - firstRow }, columns);
  return resampleRows(narrow, region.width, firstRow, rows);
}

/**
 * Pillow 13 takes the vertical pass first when it removes more than twice as many rows as columns. The bytes between the passes are
 * rounded, so the order shows by one level here and there. Pillow before 12.2 always began horizontally.
 */
function isVerticalFirst(image: RgbImage, { width, height }: ResizeTarget): boolean {
  const removedRows = image.height - height;
  return removedRows > 0 && removedRows > 2 * (image.width - width);
}

/** The horizontal pass: every row from `firstRow` on gets its new columns. */
function resampleColumns(
  source: Uint8Array,
  { width, firstRow, rows }: { width: number; firstRow: number; rows: number },
  { starts, counts, weights, taps }: ResampleWeights,
): Uint8Array {
  const length = starts.length;
  const resampled = new Uint8ClampedArray(rows * length * 3);
  let place = 0;
  for (let row = 0; row < rows; row += 1) {
    const rowStart = (firstRow + row) * width * 3;
    for (let i = 0; i < length; i += 1) {
      const first = i * taps;
      const last = first + (counts[i] ?? 0);
      let pixel = rowStart + (starts[i] ?? 0) * 3;
      let red = ONE_HALF;
      let green = ONE_HALF;
      let blue = ONE_HALF;
      for (let tap = first; tap < last; tap += 1) {
        const weight = weights[tap] ?? 0;
        red += Math.imul(source[pixel] ?? 0, weight);
        green += Math.imul(source[pixel + 1] ?? 0, weight);
        blue += Math.imul(source[pixel + 2] ?? 0, weight);
        pixel += 3;
      }
      resampled[place] = red >> WEIGHT_BITS;
      resampled[place + 1] = green >> WEIGHT_BITS;
      resampled[place + 2] = blue >> WEIGHT_BITS;
      place += 3;
    }
  }
  return new Uint8Array(resampled.buffer);
}

/** The vertical pass; row 0 of `source` is row `firstRow` of the picture that the weights count in. */
function resampleRows(
  source: Uint8Array,
  width: number,
  firstRow: number,
  { starts, counts, weights, taps }: ResampleWeights,
): Uint8Array {
  const stride = width * 3;
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
        sum += Math.imul(source[pixel] ?? 0, weights[tap] ?? 0);
        pixel += stride;
      }
      resampled[place] = sum >> WEIGHT_BITS;
      place += 1;
    }
  }
  return new Uint8Array(resampled.buffer);
}

/** Added before the fixed-point sum is cut, so that it rounds. */
const ONE_HALF = 1 << (WEIGHT_BITS - 1);

function copyRegion(image: RgbImage, { x, y, width, height }: ResizeTarget['region']): Uint8Array {
  const copy = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * image.width + x) * 3;
    copy.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return copy;
}
