import { readFile } from 'node:fs/promises';
import { DatasetError } from '../errors/DatasetError.js';
import type { Box } from './drawReviewImage.js';
import type { WorldSizes } from './planReviews.js';
import type { ProductPart, ReviewKind } from './reviewKinds.js';
import type { WorldCeilings } from './worldCeilings.js';

/** What is true of one review. */
export interface ReviewTruth {
  readonly id: string;
  readonly kind: ReviewKind;
  /** The part that the text names. */
  readonly part?: ProductPart;
  readonly damaged: readonly ProductPart[];
  /** Where the picture decides, in pixels; empty where it does not, or where it decides by showing no mark. */
  readonly decisiveBoxes: readonly Box[];
  /** Whether the label was turned around. */
  readonly isFlipped: boolean;
}

/** The content of `truth.json`. */
export interface WorldTruth {
  readonly version: number;
  readonly seed: number;
  readonly sizes: WorldSizes;
  /** sha256 over ids, texts, labels and raw pixels, before JPEG. */
  readonly hash: string;
  /** sha256 over the bytes of `reviews.csv` and of the pictures, in order. */
  readonly filesHash: string;
  readonly ceilings: WorldCeilings;
  readonly reviews: readonly ReviewTruth[];
}

/**
 * Reads the truth about a synthetic review world.
 *
 * @param path - `truth.json`
 * @throws {@link DatasetError} when the file is missing or something else
 */
export async function readTruth(path: string): Promise<WorldTruth> {
  try {
    const truth: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isTruth(truth)) return truth;
  } catch (error) {
    throw DatasetError.in(path, 'expected the truth.json of a review world, the file is missing or not JSON.', {
      cause: error,
    });
  }
  throw DatasetError.in(path, 'expected the truth.json of a review world, got other JSON.');
}

function isTruth(value: unknown): value is WorldTruth {
  if (typeof value !== 'object' || value === null) return false;
  const { version, hash, reviews } = value as Partial<WorldTruth>;
  return typeof version === 'number' && typeof hash === 'string' && Array.isArray(reviews);
}
