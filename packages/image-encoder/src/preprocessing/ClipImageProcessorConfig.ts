import { type ResampleFilter, resampleKernels } from './ResampleFilter.js';
import { assertSide } from './RgbImage.js';

/** Height and width in pixels. */
export interface FixedSize {
  readonly height: number;
  readonly width: number;
}

/** Length of the shorter side in pixels; the longer one keeps the proportions. */
export interface ShortestEdge {
  readonly shortestEdge: number;
}

/** The fields of `preprocessor_config.json` that CLIP uses; defaults equal those of openai/clip-vit-base-patch32. */
export interface ClipImageProcessorConfig {
  /** Default true. */
  readonly doResize: boolean;
  /** A plain number is the shorter side, as in the first published files. Default `{ shortestEdge: 224 }`. */
  readonly size: number | ShortestEdge | FixedSize;
  /** Written as Pillow's number in the file: 1 lanczos, 2 bilinear, 3 bicubic. Default 'bicubic'. */
  readonly resample: ResampleFilter;
  /** Default true. */
  readonly doCenterCrop: boolean;
  /** A plain number is both sides. They must be equal. Default 224. */
  readonly cropSize: number | FixedSize;
  /** Whether bytes are multiplied by `rescaleFactor`. Default true. */
  readonly doRescale: boolean;
  /** Default 1/255. */
  readonly rescaleFactor: number;
  /** Whether `imageMean` is subtracted and the rest divided by `imageStd`. Default true. */
  readonly doNormalize: boolean;
  /** Red, green, blue. Default CLIP's. */
  readonly imageMean: readonly number[];
  /** Red, green, blue, not 0. Default CLIP's. */
  readonly imageStd: readonly number[];
  /** Kept for Python; pictures are RGB here already. Default true. */
  readonly doConvertRgb: boolean;
}

/** What openai/clip-vit-base-patch32 publishes. */
export const defaultClipImageProcessorConfig: ClipImageProcessorConfig = {
  doResize: true,
  size: { shortestEdge: 224 },
  resample: 'bicubic',
  doCenterCrop: true,
  cropSize: { height: 224, width: 224 },
  doRescale: true,
  rescaleFactor: 1 / 255,
  doNormalize: true,
  imageMean: [0.48145466, 0.4578275, 0.40821073],
  imageStd: [0.26862954, 0.26130258, 0.27577711],
  doConvertRgb: true,
};

/**
 * The side of the square pictures that a configuration makes.
 *
 * @throws RangeError when a field is out of range, or the result would not be a square of one size for every picture
 */
export function checkedOutputSize(config: ClipImageProcessorConfig): number {
  const { size, cropSize } = config;
  const where = 'ClipImageProcessor';
  if (typeof size === 'number') assertSide(size, `${where}: size`);
  else if ('shortestEdge' in size) assertSide(size.shortestEdge, `${where}: size.shortestEdge`);
  else assertFixedSize(size, `${where}: size`);
  if (typeof cropSize === 'number') assertSide(cropSize, `${where}: cropSize`);
  else assertFixedSize(cropSize, `${where}: cropSize`);
  if (!Object.hasOwn(resampleKernels, config.resample)) {
    const names = Object.keys(resampleKernels).join(', ');
    throw new RangeError(`${where}: resample must be one of ${names}, got ${config.resample}.`);
  }
  if (!Number.isFinite(config.rescaleFactor)) {
    throw new RangeError(`${where}: rescaleFactor must be a finite number, got ${config.rescaleFactor}.`);
  }
  assertThree(config.imageMean, `${where}: imageMean`);
  assertThree(config.imageStd, `${where}: imageStd`);
  if (config.imageStd.includes(0)) {
    throw new RangeError(`${where}: imageStd must not contain 0, got [${config.imageStd.join(', ')}].`);
  }

  const output = config.doCenterCrop ? cropSize : config.doResize ? size : undefined;
  if (typeof output === 'number' && config.doCenterCrop) return output;
  if (typeof output === 'object' && 'height' in output && output.height === output.width) return output.height;
  throw new RangeError(
    `${where}: the encoder needs square pictures of one size, got doCenterCrop ${config.doCenterCrop}, doResize ${config.doResize}, ` +
      `size ${JSON.stringify(size)}, cropSize ${JSON.stringify(cropSize)}. Crop to a square, or resize to equal height and width.`,
  );
}

function assertFixedSize({ height, width }: FixedSize, where: string): void {
  assertSide(height, `${where}.height`);
  assertSide(width, `${where}.width`);
}

function assertThree(values: readonly number[], where: string): void {
  if (values.length !== 3 || !values.every((value) => Number.isFinite(value))) {
    throw new RangeError(`${where} must be three finite numbers (red, green, blue), got [${values.join(', ')}].`);
  }
}
