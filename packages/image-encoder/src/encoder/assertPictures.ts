import { assertShape, ShapeError } from '@crossmodal/layers';
import { type Tensor4D } from '@tensorflow/tfjs-core';
import { type PictureSize } from './gridSizeOf.js';

/**
 * Checks the shape of pictures: `[B, imageSize, imageSize, 3]`, or any size with at least one patch when positions are interpolated.
 *
 * @throws ShapeError when they have another one
 */
export function assertPictures(
  pixelValues: Tensor4D,
  { imageSize, patchSize }: PictureSize,
  interpolates: boolean,
  where: string,
): void {
  const argument = `${where}: pixelValues`;
  if (!interpolates) {
    const advice = 'Channels come last; other sizes need interpolatePosEncoding, or load with imageSize.';
    assertShape(pixelValues, ['B', imageSize, imageSize, 3], argument, advice);
    return;
  }
  assertShape(pixelValues, ['B', 'height', 'width', 3], argument, 'Channels come last.');
  const [, height, width] = pixelValues.shape;
  if (height < patchSize || width < patchSize) {
    throw new ShapeError({
      argument,
      expected: `at least ${patchSize} pixels high and wide, one patch`,
      received: `${height} x ${width}`,
    });
  }
}
