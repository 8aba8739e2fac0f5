import { type ColourMap, colourMapBytes } from './colourMapBytes.js';
import { gridSampler } from './gridSampler.js';

/** Decoded pixels: red, green, blue, row by row. */
export interface RgbImage {
  /** `height * width * 3` bytes. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A part of an image in pixels of that image, `x` to the right and `y` down; may be fractional. */
export interface CropRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Options of {@link attentionOverlay}. */
export interface AttentionOverlayOptions {
  /** The original picture, after its EXIF rotation. */
  readonly image: RgbImage;
  /** Attention of each patch, rows from top to bottom, at least 0. Patches that are `NaN` or infinite get no colour. */
  readonly weights: readonly (readonly number[])[];
  /** The part of the picture that the model saw, in original pixels; default the whole picture. */
  readonly crop?: CropRectangle;
  /** How strongly the colour covers the picture, 0 to 1; default 0.6. */
  readonly opacity?: number;
  /** Default `cividis`. */
  readonly colourMap?: ColourMap;
  /** `smooth` fades between patch centres (bilinear), `blocks` shows the patches as they are; default `smooth`. */
  readonly rendering?: 'smooth' | 'blocks';
  /** The weight of the brightest colour; default the largest one. Give the same to pictures that are compared. */
  readonly maximum?: number;
  /** Whole factor by which the picture is enlarged without smoothing, for tiny pictures; default 1. */
  readonly scale?: number;
}

/**
 * Draws attention over the original picture.
 *
 * An image encoder sees the centre crop of the rotated picture; the grid is drawn there, and what lay outside is made grey,
 * dark and hatched: the model never saw it. Colours start at weight 0, so even attention is bright everywhere.
 *
 * @returns a new picture of `scale` times the size
 * @throws `RangeError` for a grid that is empty, ragged or negative, a crop outside the picture, pixels that do not fit the
 * size, or an option out of range
 *
 * @example
 * attentionOverlay({ image, weights: [[0.1, 0.6], [0.2, 0.1]], crop: { x: 20, y: 0, width: 48, height: 48 } });
 */
export function attentionOverlay(options: AttentionOverlayOptions): RgbImage {
  const { image, weights, colourMap = 'cividis', rendering = 'smooth', opacity = 0.6, scale = 1 } = options;
  checkImage(image);
  const crop = options.crop ?? { x: 0, y: 0, width: image.width, height: image.height };
  checkCrop(crop, image);
  checkGrid(weights);
  checkRange('opacity', opacity, 0, 1);
  if (!Number.isInteger(scale)) throw outOfRange('scale must be a whole number', scale);
  checkRange('scale', scale, 1, 64);
  const maximum = options.maximum ?? largest(weights);
  if (!(maximum >= 0)) throw outOfRange('maximum must be at least 0', maximum);

  const colours = colourMapBytes(colourMap);
  const valueAt = gridSampler(weights, rendering);
  const [width, height] = [image.width * scale, image.height * scale];
  const data = new Uint8Array(width * height * 3);
  const hatch = Math.max(4, Math.round(Math.min(width, height) / 24));
  for (let y = 0; y < height; y++) {
    const v = ((y + 0.5) / scale - crop.y) / crop.height; // 0 to 1 inside the crop
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5) / scale - crop.x) / crop.width;
      const from = (Math.floor(y / scale) * image.width + Math.floor(x / scale)) * 3;
      const to = (y * width + x) * 3;
      if (u < 0 || u >= 1 || v < 0 || v >= 1) {
        data.fill(unseen(image.data, from, (x + y) % (2 * hatch) < hatch), to, to + 3);
        continue;
      }
      const value = valueAt(u, v);
      const colour = Math.round(Math.min(1, maximum > 0 ? value / maximum : 0) * 255) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const pixel = image.data[from + channel] ?? 0;
        const tint = colours[colour + channel] ?? 0;
        data[to + channel] = Number.isNaN(value) ? pixel : Math.round(pixel + opacity * (tint - pixel));
      }
    }
  }
  return { data, width, height };
}

/** A dark grey with a quarter of the pixel's lightness, in two shades that make the hatching. */
function unseen(data: Uint8Array, at: number, isStripe: boolean): number {
  const lightness = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  return Math.round((isStripe ? 72 : 40) + lightness / 4);
}

function largest(weights: readonly (readonly number[])[]): number {
  return weights.flat().reduce((max, weight) => (Number.isFinite(weight) ? Math.max(max, weight) : max), 0);
}

function checkImage({ data, width, height }: RgbImage): void {
  const fits = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!fits || data.length !== width * height * 3) {
    throw outOfRange('image must hold width * height * 3 bytes', `${data.length} bytes for ${width} x ${height}`);
  }
}

function checkCrop({ x, y, width, height }: CropRectangle, image: RgbImage): void {
  const slack = 1e-6; // geometry computed in floating point
  const fits =
    x >= -slack &&
    y >= -slack &&
    width > 0 &&
    height > 0 &&
    x + width <= image.width + slack &&
    y + height <= image.height + slack;
  if (!fits) {
    throw outOfRange(
      `crop must lie inside the ${image.width} x ${image.height} image`,
      `${width} x ${height} at (${x}, ${y})`,
    );
  }
}

function checkGrid(weights: readonly (readonly number[])[]): void {
  const columns = weights[0]?.length ?? 0;
  if (columns === 0 || weights.some((row) => row.length !== columns)) {
    throw outOfRange('weights must be rows of equal length', `rows of ${weights.map((row) => row.length).join(', ')}`);
  }
  const negative = weights.flat().find((weight) => weight < 0);
  if (negative !== undefined) throw outOfRange('weights must be at least 0', negative);
}

function checkRange(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw outOfRange(`${name} must be ${low} to ${high}`, value);
}

function outOfRange(expected: string, received: number | string): RangeError {
  return new RangeError(`attentionOverlay: ${expected}, got ${received}.`);
}
