import { encodeJpeg, encodePng } from '@crossmodal/dataset';
import { resizeImage } from '@crossmodal/image-encoder';
import { attentionOverlay, type CropRectangle, type RgbImage } from '@crossmodal/viz';
import type { ExplainedSample } from '../pipeline/explainSamples.js';

/** Longest side of a picture in a report; larger ones are made smaller. */
const LONGEST_SIDE = 480;
/** Pictures up to this size are enlarged pixel by pixel under an overlay, so that attention fades smoothly. */
const TINY = 160;
const JPEG_QUALITY = 85;

/** A picture as a file. */
export interface EncodedPicture {
  /** PNG for tiny pictures, else JPEG; without any metadata, such as the place where a photo was taken. */
  readonly bytes: Uint8Array;
  readonly extension: 'png' | 'jpg';
  readonly width: number;
  readonly height: number;
  /** What the model saw of it, in its pixels. */
  readonly crop: CropRectangle | undefined;
}

/** The pictures of one sample. */
export interface SamplePictures {
  readonly image: EncodedPicture | undefined;
  /** With attention drawn over it; `undefined` where there is none. */
  readonly overlay: EncodedPicture | undefined;
}

/** Draws attention over a sample's original picture and encodes both afresh. */
export async function drawPictures({
  image,
  attention,
  crop,
}: Pick<ExplainedSample, 'image' | 'attention' | 'crop'>): Promise<SamplePictures> {
  if (!image) return { image: undefined, overlay: undefined };
  const shown = fit(image);
  const shownCrop = crop && scaleCrop(crop, shown.width / image.width, shown.height / image.height);
  const plain = await encode(shown, shownCrop, 1);
  if (!attention || !shownCrop || !isInside(shownCrop, shown)) return { image: plain, overlay: undefined };
  const longest = Math.max(shown.width, shown.height);
  const scale = longest <= TINY ? Math.min(64, Math.floor((2 * TINY) / longest)) : 1; // 64: what attentionOverlay allows
  const overlay = attentionOverlay({ image: shown, weights: attention, crop: shownCrop, scale });
  return { image: plain, overlay: await encode(overlay, shownCrop, scale) };
}

function fit(image: RgbImage): RgbImage {
  const scale = LONGEST_SIDE / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return resizeImage(image, side(image.width), side(image.height), 'bicubic');
}

async function encode(image: RgbImage, crop: CropRectangle | undefined, scale: number): Promise<EncodedPicture> {
  const { width, height } = image;
  const isSmall = Math.max(width, height) <= 2 * TINY;
  return {
    bytes: isSmall ? await encodePng(image) : await encodeJpeg(image, { quality: JPEG_QUALITY }),
    extension: isSmall ? 'png' : 'jpg',
    width,
    height,
    crop: crop && scaleCrop(crop, scale, scale),
  };
}

function scaleCrop({ x, y, width, height }: CropRectangle, across: number, down: number): CropRectangle {
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

/** A processor of another origin may look beyond the borders, which cannot be drawn. */
function isInside({ x, y, width, height }: CropRectangle, image: RgbImage): boolean {
  const slack = 1e-6;
  return x >= -slack && y >= -slack && x + width <= image.width + slack && y + height <= image.height + slack;
}
