import { type ResampleFilter } from './ResampleFilter.js';

/** Python's classes whose pictures are made here. They do the same things and differ in what a missing field means. */
export type ImageProcessorType = 'CLIPImageProcessor' | 'ViTImageProcessor';

/** Height and width in pixels. */
export interface FixedSize {
  readonly height: number;
  readonly width: number;
}

/** Length of the shorter side in pixels; the longer one keeps the proportions. */
export interface ShortestEdge {
  readonly shortestEdge: number;
}

/** The fields of `preprocessor_config.json`. */
export interface ImageProcessorConfig {
  /** Whose defaults the other fields have. Default 'CLIPImageProcessor'. */
  readonly imageProcessorType: ImageProcessorType;
  /** Default true. */
  readonly doResize: boolean;
  /** Default `{ shortestEdge: 224 }`; ViT's is `{ height: 224, width: 224 }`, whatever the proportions. */
  readonly size: ShortestEdge | FixedSize;
  /** Written as Pillow's number in the file. Default 'bicubic'; ViT's is 'bilinear'. */
  readonly resample: ResampleFilter;
  /** Default true; ViT's is false. */
  readonly doCenterCrop: boolean;
  /** Default 224; ViT has none. Height and width must be equal. */
  readonly cropSize: FixedSize | undefined;
  /** Whether bytes are multiplied by `rescaleFactor`. Default true. */
  readonly doRescale: boolean;
  /** Default 1/255. */
  readonly rescaleFactor: number;
  /** Whether `imageMean` is subtracted and the rest divided by `imageStd`. Default true. */
  readonly doNormalize: boolean;
  /** Red, green, blue. Default CLIP's; ViT's are 0.5. */
  readonly imageMean: readonly number[];
  /** Red, green, blue, not 0. Default CLIP's; ViT's are 0.5. */
  readonly imageStd: readonly number[];
  /** Kept for Python; pictures are RGB here already. Default true; ViT's is false. */
  readonly doConvertRgb: boolean;
  /** Fields of the file that change no pixels, under the file's names; written again by `files()`. Default none. */
  readonly otherFields: Readonly<Record<string, unknown>>;
}

/** What the constructor takes: each field may be missing, and a size may be a plain number. */
export interface ImageProcessorOptions extends Partial<Omit<ImageProcessorConfig, 'size' | 'cropSize'>> {
  /** A number is the shorter side for CLIP and both sides for ViT, as in the first published files. */
  readonly size?: number | ShortestEdge | FixedSize;
  /** A number is both sides. */
  readonly cropSize?: number | FixedSize | undefined;
}

/** What openai/clip-vit-base-patch32 publishes. */
export const defaultClipImageProcessorConfig: ImageProcessorConfig = {
  imageProcessorType: 'CLIPImageProcessor',
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
  otherFields: {},
};

/** What google/vit-base-patch16-224 publishes. */
export const defaultVitImageProcessorConfig: ImageProcessorConfig = {
  imageProcessorType: 'ViTImageProcessor',
  doResize: true,
  size: { height: 224, width: 224 },
  resample: 'bilinear',
  doCenterCrop: false,
  cropSize: undefined,
  doRescale: true,
  rescaleFactor: 1 / 255,
  doNormalize: true,
  imageMean: [0.5, 0.5, 0.5],
  imageStd: [0.5, 0.5, 0.5],
  doConvertRgb: false,
  otherFields: {},
};

/** Each of Python's classes and its defaults. */
export const defaultsByType: Readonly<Record<ImageProcessorType, ImageProcessorConfig>> = {
  CLIPImageProcessor: defaultClipImageProcessorConfig,
  ViTImageProcessor: defaultVitImageProcessorConfig,
};
