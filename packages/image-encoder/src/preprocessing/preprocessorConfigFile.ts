import { plainSize } from './fillImageProcessorConfig.js';
import {
  defaultsByType,
  type FixedSize,
  type ImageProcessorConfig,
  type ImageProcessorType,
  type ShortestEdge,
} from './ImageProcessorConfig.js';
import { resampleCodes, type ResampleFilter } from './ResampleFilter.js';

/** Fields that have a place of their own, or that Python drops too. */
const named = new Set([
  ...['image_processor_type', 'feature_extractor_type', 'processor_class', 'do_resize', 'size', 'resample'],
  ...['do_center_crop', 'crop_size', 'do_rescale', 'rescale_factor', 'do_normalize', 'image_mean', 'image_std'],
  'do_convert_rgb',
]);

/**
 * Reads the content of a `preprocessor_config.json`, in the first published form (`feature_extractor_type`, `size: 224`) and the
 * present one (`image_processor_type`, `size: { shortest_edge: 224 }`). Missing fields take the defaults of Python's class.
 *
 * @throws TypeError when the content or a field has the wrong type
 * @throws RangeError when the processor or `resample` is none that is built here, or another step is switched on
 */
export function parsePreprocessorConfig(content: unknown, where: string): ImageProcessorConfig {
  if (!isRecord(content)) throw new TypeError(`${where} must be a JSON object, got ${shorten(content)}.`);
  const type = readType(content.image_processor_type ?? content.feature_extractor_type, where);
  const defaults = defaultsByType[type];
  const otherFields = Object.fromEntries(
    Object.entries(content).filter(([name, value]) => !named.has(name) && value !== null),
  );
  for (const [name, value] of Object.entries(otherFields)) {
    // Steps that other processors have, such as do_pad or do_flip_channel_order.
    if ((name.startsWith('do_') || name === 'use_square_size') && value !== false) {
      throw new RangeError(
        `${where}: ${name} must be false or absent, got ${shorten(value)}. Prepare such pictures in Python.`,
      );
    }
  }
  const flag = (name: string, otherwise: boolean): boolean => {
    // As in Python, null is a value, and no more on than false.
    const value = content[name] === undefined ? otherwise : (content[name] ?? false);
    if (typeof value === 'boolean') return value;
    throw new TypeError(`${where}: ${name} must be true or false, got ${shorten(value)}.`);
  };
  /** Where a step is off, null stands for its values; where it is on, it is an error there and here. */
  const read = <Value>(
    name: string,
    isUsed: boolean,
    otherwise: Value,
    reader: (value: unknown, where: string) => Value,
  ): Value => {
    const value = content[name];
    return value === undefined || (value === null && !isUsed) ? otherwise : reader(value, `${where}: ${name}`);
  };
  const isSquare = flag('default_to_square', 'height' in defaults.size);
  const doResize = flag('do_resize', defaults.doResize);
  const doCenterCrop = flag('do_center_crop', defaults.doCenterCrop);
  const doRescale = flag('do_rescale', defaults.doRescale);
  const doNormalize = flag('do_normalize', defaults.doNormalize);
  return {
    imageProcessorType: type,
    doResize,
    size: read('size', doResize, defaults.size, (value, place) => readSize(value, isSquare, place)),
    resample: read('resample', doResize, defaults.resample, readResample),
    doCenterCrop,
    cropSize: read('crop_size', doCenterCrop, defaults.cropSize, readCropSize),
    doRescale,
    rescaleFactor: read('rescale_factor', doRescale, defaults.rescaleFactor, readNumber),
    doNormalize,
    imageMean: read('image_mean', doNormalize, defaults.imageMean, readChannels),
    imageStd: read('image_std', doNormalize, defaults.imageStd, readChannels),
    doConvertRgb: flag('do_convert_rgb', defaults.doConvertRgb),
    otherFields,
  };
}

/** The content of a `preprocessor_config.json` as Python writes it: ViT's has no crop and no conversion unless they are on. */
export function formatPreprocessorConfig(config: ImageProcessorConfig): Record<string, unknown> {
  const { size } = config;
  const isVit = config.imageProcessorType === 'ViTImageProcessor';
  const fields = {
    ...config.otherFields,
    crop_size: config.cropSize,
    do_center_crop: isVit && !config.doCenterCrop ? undefined : config.doCenterCrop,
    do_convert_rgb: isVit && !config.doConvertRgb ? undefined : config.doConvertRgb,
    do_normalize: config.doNormalize,
    do_rescale: config.doRescale,
    do_resize: config.doResize,
    image_mean: config.imageMean,
    image_processor_type: config.imageProcessorType,
    image_std: config.imageStd,
    resample: resampleCodes[config.resample],
    rescale_factor: config.rescaleFactor,
    size: 'shortestEdge' in size ? { shortest_edge: size.shortestEdge } : size,
  };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names of feature extractors, and of the variants for one backend, mean the same processor. */
function readType(value: unknown, where: string): ImageProcessorType {
  const name = String(value).replace(/FeatureExtractor$|ImageProcessor(Fast|Pil)?$/, 'ImageProcessor');
  for (const type of Object.keys(defaultsByType)) {
    // The keys of the table are exactly the types.
    if (type === name) return type as ImageProcessorType;
  }
  throw new RangeError(
    `${where}: image_processor_type must be one of ${Object.keys(defaultsByType).join(', ')}, got ${shorten(value)}.`,
  );
}

function readSize(value: unknown, isSquare: boolean, where: string): ShortestEdge | FixedSize {
  if (typeof value === 'number') return plainSize(value, isSquare);
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
  const names = Object.entries(resampleCodes).map(([name, code]) => `${code} (${name})`);
  throw new RangeError(`${where} must be one of ${names.join(', ')}, got ${shorten(value)}.`);
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
