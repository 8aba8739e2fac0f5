import { encoderPlace } from './encoderPlace.js';

/**
 * Counts the blocks of each encoder.
 *
 * @param paths - of parameters, as `namedParameters` gives them
 * @returns the number of blocks by encoder, as {@link encoderPlace} names it; encoders without blocks are left out
 */
export function countBlocks(paths: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const place = encoderPlace(path);
    if (place && place.depth > (counts.get(place.encoder) ?? 0)) counts.set(place.encoder, place.depth);
  }
  return counts;
}
