import {
  defaultsByType,
  type FixedSize,
  type ImageProcessorConfig,
  type ImageProcessorOptions,
  type ShortestEdge,
} from './ImageProcessorConfig.js';
import { resampleCodes } from './ResampleFilter.js';
import { assertSide } from './RgbImage.js';

const where = 'ImageProcessor';

/**
 * Fills in the defaults and checks every field.
 *
 * @throws RangeError when a field is out of range
 */
export function fillImageProcessorConfig(options: ImageProcessorOptions): ImageProcessorConfig {
  const { imageProcessorType: type = 'CLIPImageProcessor' } = options;
  assertOneOf(type, Object.keys(defaultsByType), `${where}: imageProcessorType`);
  const defaults = defaultsByType[type];
  const { size = defaults.size, cropSize = defaults.cropSize, ...rest } = options;
  const config: ImageProcessorConfig = {
    ...defaults,
    ...rest,
    size: typeof size === 'number' ? plainSize(size, 'height' in defaults.size) : size,
    cropSize: typeof cropSize === 'number' ? { height: cropSize, width: cropSize } : cropSize,
  };
  if ('shortestEdge' in config.size) assertSide(config.size.shortestEdge, `${where}: size.shortestEdge`);
  else assertFixedSize(config.size, `${where}: size`);
  if (config.cropSize) assertFixedSize(config.cropSize, `${where}: cropSize`);
  assertOneOf(config.resample, Object.keys(resampleCodes), `${where}: resample`);
  if (!Number.isFinite(config.rescaleFactor)) {
    throw new RangeError(`${where}: rescaleFactor must be a finite number, got ${config.rescaleFactor}.`);
  }
  assertThree(config.imageMean, `${where}: imageMean`);
  assertThree(config.imageStd, `${where}: imageStd`);
  if (config.imageStd.includes(0)) {
    throw new RangeError(`${where}: imageStd must not contain 0, got [${config.imageStd.join(', ')}].`);
  }
  return config;
}

/** What a plain number means as a size. */
export function plainSize(pixels: number, isSquare: boolean): FixedSize | ShortestEdge {
  return isSquare ? { height: pixels, width: pixels } : { shortestEdge: pixels };
}

/**
 * The side of the square pictures that a configuration makes.
 *
 * @throws RangeError when the result would not be a square of one size for every picture
 */
export function outputSide({ doResize, size, doCenterCrop, cropSize }: ImageProcessorConfig): number {
  const output = doCenterCrop ? cropSize : doResize ? size : undefined;
  if (output && 'height' in output && output.height === output.width) return output.height;
  throw new RangeError(
    `${where}: the encoder needs square pictures of one size, got doCenterCrop ${doCenterCrop}, doResize ${doResize}, ` +
      `size ${JSON.stringify(size)}, cropSize ${JSON.stringify(cropSize ?? null)}. Crop to a square, or resize to equal height and width.`,
  );
}

function assertOneOf(value: string, names: readonly string[], what: string): void {
  if (!names.includes(value)) throw new RangeError(`${what} must be one of ${names.join(', ')}, got ${value}.`);
}

function assertFixedSize({ height, width }: FixedSize, what: string): void {
  assertSide(height, `${what}.height`);
  assertSide(width, `${what}.width`);
}

function assertThree(values: readonly number[], what: string): void {
  if (values.length !== 3 || !values.every((value) => Number.isFinite(value))) {
    throw new RangeError(`${what} must be three finite numbers (red, green, blue), got [${values.join(', ')}].`);
  }
}
