import { type CheckpointFolder, openFolder, writeFolder } from '@crossmodal/weights';
import { fillImageProcessorConfig, outputSide } from './fillImageProcessorConfig.js';
import { type ImageProcessorConfig, type ImageProcessorOptions } from './ImageProcessorConfig.js';
import { formatPreprocessorConfig, parsePreprocessorConfig } from './preprocessorConfigFile.js';
import { PREPROCESSOR_CONFIG, readPreprocessorConfig } from './readPreprocessorConfig.js';
import { resizeRegion } from './resizeRegion.js';
import { assertRgbImage, assertSide, type RgbImage } from './RgbImage.js';

/** Where a prepared picture lies in the original one. */
export interface ImageGeometry {
  /** In original pixels, fractions included. Parts outside the picture were filled with black. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/**
 * Prepares pictures for a vision encoder: resize, centre crop, scale and normalize. CLIP crops the middle, ViT squashes to a square.
 *
 * Reference: `CLIPImageProcessor` and `ViTImageProcessor` of transformers 5.24 on their Pillow/NumPy backend with Pillow 13.0. Pixels are
 * equal byte for byte, and so are the float32 values. The torchvision backend, the default in Python today, differs from both slightly.
 *
 * @example
 * const processor = new ImageProcessor();
 * const pixels = processor.preprocess(image); // Float32Array of 224 * 224 * 3
 */
export class ImageProcessor {
  /** All fields, defaults filled in. */
  readonly config: ImageProcessorConfig;
  /** Side of the prepared square pictures in pixels. */
  readonly size: number;
  /** The float32 value of each byte in each channel: 256 times red, green, blue. */
  readonly #values: Float32Array;

  /**
   * @param options - fields that differ from the defaults of their `imageProcessorType`
   * @throws RangeError when a field is out of range, or the result would not be a square of one size for every picture
   */
  constructor(options: ImageProcessorOptions = {}) {
    this.config = fillImageProcessorConfig(options);
    this.size = outputSide(this.config);
    this.#values = channelValues(this.config);
  }

  /**
   * Reads the `preprocessor_config.json` of a Hugging Face folder, or the `processor_config.json` that Python writes today.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when a field has no meaning here; the message names it
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<ImageProcessor> {
    const opened = openFolder(folder);
    const { content, where } = await readPreprocessorConfig(opened);
    return new ImageProcessor(parsePreprocessorConfig(content, `ImageProcessor: ${where}`));
  }

  /**
   * Resizes and crops, without scaling the values.
   *
   * @param image - stays the caller's, unchanged
   * @returns `size * size * 3` new bytes, RGB, row by row
   * @throws TypeError or RangeError when the picture's data does not fit its size
   */
  resizeAndCrop(image: RgbImage): Uint8Array {
    assertRgbImage(image, 'ImageProcessor: image');
    const { resized, left, top } = this.#place(image.width, image.height);
    const region = {
      x: Math.max(left, 0),
      y: Math.max(top, 0),
      width: Math.min(this.size, resized.width),
      height: Math.min(this.size, resized.height),
    };
    const pixels = resizeRegion(image, { ...resized, region }, this.config.resample);
    if (region.width === this.size && region.height === this.size) return pixels;
    return this.#pad(pixels, region.width, { left: Math.max(-left, 0), top: Math.max(-top, 0) });
  }

  /**
   * Turns bytes into the encoder's values: `(byte * rescaleFactor - imageMean) / imageStd`, in float32 as NumPy computes it.
   *
   * @param pixels - RGB bytes of any number of pictures
   * @param into - as long as `pixels`: where to write, such as a part of a batch; default a new array
   * @returns `into`
   * @throws RangeError when a length does not fit
   */
  normalize(pixels: Uint8Array, into: Float32Array = new Float32Array(pixels.length)): Float32Array {
    if (pixels.length % 3 !== 0) {
      throw new RangeError(`ImageProcessor: pixels must hold whole RGB pixels, got ${pixels.length} bytes.`);
    }
    if (into.length !== pixels.length) {
      throw new RangeError(`ImageProcessor: into must hold ${pixels.length} values, got ${into.length}.`);
    }
    const values = this.#values;
    for (let i = 0; i < pixels.length; i += 3) {
      into[i] = values[pixels[i] ?? 0] ?? NaN;
      into[i + 1] = values[256 + (pixels[i + 1] ?? 0)] ?? NaN;
      into[i + 2] = values[512 + (pixels[i + 2] ?? 0)] ?? NaN;
    }
    return into;
  }

  /**
   * Everything: {@link resizeAndCrop}, then {@link normalize}.
   *
   * @param image - stays the caller's, unchanged
   * @param into - `size * size * 3` values to write into; default a new array
   * @returns float32 values of shape `[size, size, 3]`
   */
  preprocess(image: RgbImage, into?: Float32Array): Float32Array {
    return this.normalize(this.resizeAndCrop(image), into);
  }

  /**
   * Which rectangle of an original picture the encoder sees, so that attention can be drawn on the original.
   *
   * @param width - of the original in pixels
   * @param height - of the original in pixels
   * @throws RangeError when a side is not a positive integer
   *
   * @example
   * new ImageProcessor().geometry(448, 224).crop; // { x: 112, y: 0, width: 224, height: 224 }
   */
  geometry(width: number, height: number): ImageGeometry {
    assertSide(width, 'ImageProcessor: geometry: width');
    assertSide(height, 'ImageProcessor: geometry: height');
    const { resized, left, top } = this.#place(width, height);
    const perColumn = width / resized.width;
    const perRow = height / resized.height;
    return {
      crop: { x: left * perColumn, y: top * perRow, width: this.size * perColumn, height: this.size * perRow },
    };
  }

  /** The file that Python's `AutoImageProcessor.from_pretrained` opens. */
  files(): Map<string, string> {
    return new Map([[PREPROCESSOR_CONFIG, `${JSON.stringify(formatPreprocessorConfig(this.config), null, 2)}\n`]]);
  }

  /**
   * Writes `files()` to a new folder.
   *
   * @param path - must not exist yet
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, this.files());
  }

  /** The size after resizing, and where the crop begins in it; negative when the crop is larger. */
  #place(width: number, height: number): { resized: { width: number; height: number }; left: number; top: number } {
    const resized = this.#resizedSize(width, height);
    const left = Math.floor((resized.width - this.size) / 2);
    const top = Math.floor((resized.height - this.size) / 2);
    return { resized, left, top };
  }

  #resizedSize(width: number, height: number): { width: number; height: number } {
    const { doResize, size } = this.config;
    if (!doResize) return { width, height };
    if ('height' in size) return size;
    const { shortestEdge: edge } = size;
    const longer = Math.trunc((edge * Math.max(width, height)) / Math.min(width, height));
    return width <= height ? { width: edge, height: longer } : { width: longer, height: edge };
  }

  #pad(pixels: Uint8Array, width: number, { left, top }: { left: number; top: number }): Uint8Array {
    const padded = new Uint8Array(this.size * this.size * 3);
    for (let from = 0, row = top; from < pixels.length; from += width * 3, row += 1) {
      padded.set(pixels.subarray(from, from + width * 3), (row * this.size + left) * 3);
    }
    return padded;
  }
}

/** 256 values per channel, rounded to float32 after each step as NumPy does. */
function channelValues(config: ImageProcessorConfig): Float32Array {
  const values = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel += 1) {
    const mean = Math.fround(config.imageMean[channel] ?? NaN);
    const std = Math.fround(config.imageStd[channel] ?? NaN);
    for (let byte = 0; byte < 256; byte += 1) {
      const scaled = config.doRescale ? Math.fround(byte * config.rescaleFactor) : byte;
      values[channel * 256 + byte] = config.doNormalize ? Math.fround(scaled - mean) / std : scaled;
    }
  }
  return values;
}
