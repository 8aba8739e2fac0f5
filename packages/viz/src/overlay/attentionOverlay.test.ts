import { describe, expect, it } from 'vitest';
import { patternImage } from '../__fixtures__/exampleReport.js';
import { attentionOverlay, type AttentionOverlayOptions, type RgbImage } from './attentionOverlay.js';
import { colourMapBytes } from './colourMapBytes.js';

const pixel = ({ data, width }: RgbImage, x: number, y: number) => [...data.subarray((y * width + x) * 3).slice(0, 3)];
const grey = (width: number, height: number, value = 100): RgbImage => ({
  data: new Uint8Array(width * height * 3).fill(value),
  width,
  height,
});
const colour = (share: number) => [
  ...colourMapBytes('cividis')
    .subarray(Math.round(share * 255) * 3)
    .slice(0, 3),
];
const low = colour(0);
const high = colour(1);
/** Blocks in full colour: each pixel says which patch it belongs to. */
const blocks = (options: Pick<AttentionOverlayOptions, 'image' | 'weights' | 'crop'>) =>
  attentionOverlay({ ...options, rendering: 'blocks', opacity: 1 });

describe('attentionOverlay', () => {
  it('draws the grid over the centre crop of a wide picture, in original pixels', () => {
    const weights = [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
    ];
    const overlay = blocks({ image: grey(60, 40), weights, crop: { x: 10, y: 0, width: 40, height: 40 } });
    expect([overlay.width, overlay.height]).toEqual([60, 40]);
    for (let y = 0; y < 40; y++) {
      for (let x = 10; x < 50; x++) {
        expect(pixel(overlay, x, y), `${x}, ${y}`).toEqual(x < 20 && y >= 30 ? high : low);
      }
    }
  });

  it('draws the grid over the centre crop of a tall picture', () => {
    const weights = [
      [0, 1],
      [0, 0],
    ];
    const overlay = blocks({ image: grey(30, 50), weights, crop: { x: 0, y: 10, width: 30, height: 30 } });
    expect(pixel(overlay, 29, 10)).toEqual(high); // damage at the right border, right below the cut
    expect(pixel(overlay, 15, 24)).toEqual(high);
    expect(pixel(overlay, 14, 24)).toEqual(low);
    expect(pixel(overlay, 29, 25)).toEqual(low);
    expect(pixel(overlay, 29, 9)).not.toEqual(high);
  });

  it('keeps rows from top to bottom and columns from left to right', () => {
    const weights = [
      [0, 0.2, 0.4],
      [0.6, 0.8, 1],
    ];
    const overlay = blocks({ image: grey(6, 4), weights });
    const drawn = [0, 2].map((y) => [0, 2, 4].map((x) => pixel(overlay, x + 1, y + 1)));
    expect(drawn).toEqual(weights.map((row) => row.map(colour)));
  });

  it('marks what lies outside the crop: grey, dark and hatched in two shades', () => {
    const overlay = attentionOverlay({
      image: patternImage(60, 40),
      weights: [[1]],
      crop: { x: 10, y: 0, width: 40, height: 40 },
    });
    for (const x of [0, 9, 50, 59]) {
      for (let y = 0; y < 40; y++) {
        const [red = 0, green = 0, blue = 0] = pixel(overlay, x, y);
        expect([green, blue]).toEqual([red, red]);
        expect(red).toBeGreaterThanOrEqual(40);
        expect(red).toBeLessThanOrEqual(136);
      }
    }
    const flat = attentionOverlay({
      image: grey(60, 40),
      weights: [[1]],
      crop: { x: 10, y: 0, width: 40, height: 40 },
    });
    expect(new Set(Array.from({ length: 40 }, (_, y) => pixel(flat, 0, y)[0]))).toEqual(new Set([65, 97]));
  });

  it('places a fractional crop by pixel centres', () => {
    const overlay = blocks({ image: grey(5, 4), weights: [[1]], crop: { x: 0.5, y: 0, width: 4, height: 4 } });
    const isColoured = Array.from({ length: 5 }, (_, x) => pixel(overlay, x, 2)[2] === high[2]);
    expect(isColoured).toEqual([true, true, true, true, false]); // centres 0.5 to 3.5 lie inside, 4.5 on the far edge
  });

  it('fades between patch centres', () => {
    const overlay = attentionOverlay({ image: grey(8, 2), weights: [[0, 1]], opacity: 1 });
    const shares = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1];
    expect(Array.from({ length: 8 }, (_, x) => pixel(overlay, x, 0))).toEqual(shares.map(colour));
  });

  it('blends by opacity and leaves its input alone', () => {
    const image = patternImage(6, 6);
    const before = image.data.slice();
    expect(attentionOverlay({ image, weights: [[1]], opacity: 0 }).data).toEqual(before);
    const half = attentionOverlay({ image, weights: [[1]], opacity: 0.5 });
    expect(pixel(half, 3, 3)).toEqual(
      pixel(image, 3, 3).map((value, i) => Math.round(value + ((high[i] ?? 0) - value) / 2)),
    );
    expect(image.data).toEqual(before);
  });

  it('enlarges by whole pixels', () => {
    const image = patternImage(4, 3);
    const overlay = attentionOverlay({ image, weights: [[1]], opacity: 0, scale: 5 });
    expect([overlay.width, overlay.height]).toEqual([20, 15]);
    expect(pixel(overlay, 14, 9)).toEqual(pixel(image, 2, 1));
    expect(pixel(overlay, 15, 10)).toEqual(pixel(image, 3, 2));
    const cropped = attentionOverlay({
      image,
      weights: [[1]],
      crop: { x: 1, y: 0, width: 3, height: 3 },
      opacity: 1,
      scale: 5,
    });
    expect(pixel(cropped, 5, 0)).toEqual(high);
    expect(pixel(cropped, 4, 0)).not.toEqual(high);
  });

  it('scales colours to the largest weight, or to the maximum given', () => {
    const image = grey(2, 1);
    const options = { image, weights: [[0.1, 0.2]], rendering: 'blocks', opacity: 1 } as const;
    expect(pixel(attentionOverlay(options), 1, 0)).toEqual(high);
    expect(pixel(attentionOverlay({ ...options, maximum: 0.4 }), 1, 0)).toEqual(colour(0.5));
    expect(pixel(attentionOverlay({ ...options, maximum: 0.05 }), 0, 0)).toEqual(high);
    expect(pixel(attentionOverlay({ ...options, weights: [[0, 0]] }), 0, 0)).toEqual(low);
  });

  it.each(['smooth', 'blocks'] as const)('leaves patches without a value plain (%s)', (rendering) => {
    const image = grey(8, 4);
    const overlay = attentionOverlay({ image, weights: [[NaN, 1, Infinity, 1]], rendering, opacity: 1 });
    expect(Array.from({ length: 8 }, (_, x) => pixel(overlay, x, 1)[0] === 100)).toEqual(
      [true, true, false, false, true, true, false, false], // prettier-ignore
    );
    expect(pixel(overlay, 2, 1)).toEqual(high); // its neighbours do not fade into it
    const none = attentionOverlay({ image, weights: [[NaN]] });
    expect(none.data).toEqual(image.data);
  });

  it.each([
    [{ weights: [] }, 'attentionOverlay: weights must be rows of equal length, got rows of .'],
    [{ weights: [[1, 2], [3]] }, 'got rows of 2, 1.'],
    [{ weights: [[0.5, -0.25]] }, 'weights must be at least 0, got -0.25.'],
    [{ crop: { x: 1, y: 0, width: 4, height: 4 } }, 'crop must lie inside the 4 x 4 image, got 4 x 4 at (1, 0).'],
    [{ crop: { x: 0, y: 0, width: NaN, height: 4 } }, 'got NaN x 4 at (0, 0).'],
    [{ image: { ...grey(4, 4), width: 5 } }, 'image must hold width * height * 3 bytes, got 48 bytes for 5 x 4.'],
    [{ opacity: 1.5 }, 'opacity must be 0 to 1, got 1.5.'],
    [{ scale: 1.5 }, 'scale must be a whole number, got 1.5.'],
    [{ scale: 100 }, 'scale must be 1 to 64, got 100.'],
    [{ maximum: NaN }, 'maximum must be at least 0, got NaN.'],
  ])('refuses %j', (wrong, message) => {
    const run = () => attentionOverlay({ image: grey(4, 4), weights: [[1]], ...wrong });
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});
