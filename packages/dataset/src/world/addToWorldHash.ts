import type { Hash } from 'node:crypto';
import type { ComposedReview } from './composeReview.js';

/** Adds what one review is, before JPEG: encoders may differ between machines, the world does not. */
export function addToWorldHash(hash: Hash, review: ComposedReview): void {
  hash.update(`${reviewId(review)}\n${review.text}\n${review.label}\n`).update(review.image.data);
}

/** Six digits, from 000001. */
export function reviewId({ index }: Pick<ComposedReview, 'index'>): string {
  return String(index + 1).padStart(6, '0');
}
