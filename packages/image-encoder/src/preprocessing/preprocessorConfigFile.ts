import {
  type ClipImageProcessorConfig,
  defaultClipImageProcessorConfig as defaults,
  type FixedSize,
  type ShortestEdge,
} from './ClipImageProcessorConfig.js';
import { type ResampleFilter } from './ResampleFilter.js';

/** Name of the file in a Hugging Face folder. */
export const PREPROCESSOR_CONFIG = 'preprocessor_config.json';

/** Pillow's numbers. */
const resampleCodes: Readonly<Record<ResampleFilter, number>> = { lanczos: 1, bilinear: 2, bicubic: 3 };

/** Fields that would change pixels in ways that are not built here. */
const unsupported = ['do_pad', 'use_square_size'];

/**
 * Reads the content of a `preprocessor_config.json`, in the first published form (`size: 224`) and the present one
 * (`size: { shortest_edge: 224 }`). Missing fields take their defaults; fields that change no pixels are ignored.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when `resample` is a number that is not built here, or an unsupported field is on
 */
export function parsePreprocessorConfig(content: unknown, where: string): ClipImageProcessorConfig {
  if (!isRecord(content)) throw new TypeError(`${where} must be a JSON object, got ${shorten(content)}.`);
  for (const name of unsupported) {
    if (content[name] === true) {
      throw new RangeError(`${where}: ${name} must be false or absent, got true. Prepare such pictures in Python.`);
    }
  }
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = content[name] ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw new TypeError(`${where}: ${name} must be true or false, got ${shorten(value)}.`);
  };
  return {
    doResize: flag('do_resize', defaults.doResize),
    size: readSize(content.size ?? 224, `${where}: size`),
    resample: readResample(content.resample ?? resampleCodes.bicubic, where),
    doCenterCrop: flag('do_center_crop', defaults.doCenterCrop),
    cropSize: readCropSize(content.crop_size ?? 224, `${where}: crop_size`),
    doRescale: flag('do_rescale', defaults.doRescale),
    rescaleFactor: readNumber(content.rescale_factor ?? defaults.rescaleFactor, `${where}: rescale_factor`),
    doNormalize: flag('do_normalize', defaults.doNormalize),
    imageMean: readChannels(content.image_mean ?? defaults.imageMean, `${where}: image_mean`),
    imageStd: readChannels(content.image_std ?? defaults.imageStd, `${where}: image_std`),
    doConvertRgb: flag('do_convert_rgb', defaults.doConvertRgb),
  };
}

/** The content of a `preprocessor_config.json` that Python's `CLIPImageProcessor` opens. */
export function formatPreprocessorConfig(config: ClipImageProcessorConfig): Record<string, unknown> {
  const { size, cropSize } = config;
  const edge = typeof size === 'number' ? size : 'shortestEdge' in size ? size.shortestEdge : undefined;
  return {
    crop_size: typeof cropSize === 'number' ? { height: cropSize, width: cropSize } : cropSize,
    do_center_crop: config.doCenterCrop,
    do_convert_rgb: config.doConvertRgb,
    do_normalize: config.doNormalize,
    do_rescale: config.doRescale,
    do_resize: config.doResize,
    image_mean: config.imageMean,
    image_processor_type: 'CLIPImageProcessor',
    image_std: config.imageStd,
    resample: resampleCodes[config.resample],
    rescale_factor: config.rescaleFactor,
    size: edge === undefined ? size : { shortest_edge: edge },
  };
}

function readSize(value: unknown, where: string): ShortestEdge | FixedSize {
  if (typeof value === 'number') return { shortestEdge: value };
  if (isRecord(value)) {
    const { shortest_edge: edge, longest_edge: longest, height, width } = value;
    if (typeof edge === 'number' && (longest ?? null) === null) return { shortestEdge: edge };
    if (typeof height === 'number' && typeof width === 'number') return { height, width };
  }
  throw new TypeError(`${where} must be a number, {shortest_edge} or {height, width}, got ${shorten(value)}.`);
}

function readCropSize(value: unknown, where: string): FixedSize {
  if (typeof value === 'number') return { height: value, width: value };
  if (isRecord(value) && typeof value.height === 'number' && typeof value.width === 'number') {
    return { height: value.height, width: value.width };
  }
  throw new TypeError(`${where} must be a number or {height, width}, got ${shorten(value)}.`);
}

function readResample(value: unknown, where: string): ResampleFilter {
  for (const [name, code] of Object.entries(resampleCodes)) {
    // The keys of the table are exactly the filters.
    if (code === value) return name as ResampleFilter;
  }
  throw new RangeError(`${where}: resample must be 1 (lanczos), 2 (bilinear) or 3 (bicubic), got ${shorten(value)}.`);
}

function readChannels(value: unknown, where: string): readonly number[] {
  if (typeof value === 'number') return [value, value, value];
  if (Array.isArray(value)) return value.map((entry: unknown) => readNumber(entry, where));
  throw new TypeError(`${where} must be a list of three numbers, got ${shorten(value)}.`);
}

function readNumber(value: unknown, where: string): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`${where} must be a number, got ${shorten(value)}.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(value: unknown): string {
  // The declared type forgets that undefined stays undefined.
  return ((JSON.stringify(value) as string | undefined) ?? 'undefined').slice(0, 80);
}
