import { type ResizeTarget } from './ResizeTarget.js';
import { type RgbImage } from './RgbImage.js';

/**
 * Takes for each new pixel the old one below its centre, as Pillow's `Geometry.c` (`ImagingScaleAffine`) does.
 *
 * @returns `region.width * region.height * 3` new bytes
 */
export function resizeNearest(image: RgbImage, { width, height, region }: ResizeTarget): Uint8Array {
  const columns = nearestPlaces(image.width, width).subarray(region.x, region.x + region.width);
  const rows = nearestPlaces(image.height, height).subarray(region.y, region.y + region.height);
  const resized = new Uint8Array(region.width * region.height * 3);
  let place = 0;
  for (const row of rows) {
    for (const column of columns) {
      const pixel = (row * image.width + column) * 3;
      resized.set(image.data.subarray(pixel, pixel + 3), place);
      place += 3;
    }
  }
  return resized;
}

/** Steps are added up rather than multiplied: the rounding is part of Pillow's result. */
function nearestPlaces(from: number, to: number): Int32Array {
  const places = new Int32Array(to);
  const step = from / to;
  let place = step * 0.5;
  for (let i = 0; i < to; i += 1) {
    places[i] = Math.trunc(place);
    place += step;
  }
  return places;
}
