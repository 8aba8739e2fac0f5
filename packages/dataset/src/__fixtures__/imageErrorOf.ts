import { expect } from 'vitest';
import { ImageError } from '../errors/ImageError.js';

/** The ImageError that a promise is rejected with; anything else fails the test. */
export async function imageErrorOf(promise: Promise<unknown>): Promise<ImageError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ImageError);
  return error as ImageError; // checked the line before
}
