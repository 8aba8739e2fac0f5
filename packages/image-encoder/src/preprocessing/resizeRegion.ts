import { type ResampleFilter } from './ResampleFilter.js';
import { choosePasses } from './resample/choosePasses.js';
import { resampleWeights } from './resample/resampleWeights.js';
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
  const passes = choosePasses();
  const stride = image.width * 3;
  if (isVerticalFirst(image, target)) {
    const short = passes.rows({ data: image.data, stride }, rows, 0);
    return passes.columns(short, columns).data;
  }
  const firstRow = rows.starts[0] ?? 0;
  const lastRow = (rows.starts[region.height - 1] ?? 0) + (rows.counts[region.height - 1] ?? 0);
  const read = { data: image.data.subarray(firstRow * stride, lastRow * stride), stride };
  return passes.rows(passes.columns(read, columns), rows, firstRow).data;
}

/**
 * Pillow 13 takes the vertical pass first when it removes more than twice as many rows as columns. The bytes between the passes are
 * rounded, so the order shows by one level here and there. Pillow before 12.2 always began horizontally.
 */
function isVerticalFirst(image: RgbImage, { width, height }: ResizeTarget): boolean {
  const removedRows = image.height - height;
  return removedRows > 0 && removedRows > 2 * (image.width - width);
}

function copyRegion(image: RgbImage, { x, y, width, height }: ResizeTarget['region']): Uint8Array {
  const copy = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * image.width + x) * 3;
    copy.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return copy;
}
