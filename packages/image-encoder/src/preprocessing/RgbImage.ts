/** A decoded picture: 8-bit red, green, blue, row after row from the top left. */
export interface RgbImage {
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array;
  /** In pixels, at least 1. */
  readonly width: number;
  /** In pixels, at least 1. */
  readonly height: number;
}

/**
 * Checks a picture at a public edge.
 *
 * @throws TypeError when `data` is not a Uint8Array
 * @throws RangeError when a side is not a positive integer or `data` has another length than `width * height * 3`
 */
export function assertRgbImage(image: RgbImage, where: string): void {
  const data: unknown = image.data;
  if (!(data instanceof Uint8Array)) {
    throw new TypeError(`${where}: data must be a Uint8Array, got ${describe(data)}.`);
  }
  assertSide(image.width, `${where}: width`);
  assertSide(image.height, `${where}: height`);
  const expected = image.width * image.height * 3;
  if (data.length !== expected) {
    throw new RangeError(
      `${where}: data must hold ${expected} bytes for ${image.width} x ${image.height} RGB pixels, got ${data.length}. ` +
        'Drop an alpha channel and expand grey to three channels when decoding.',
    );
  }
}

/**
 * Checks a number of pixels.
 *
 * @throws RangeError when it is not a positive integer
 */
export function assertSide(pixels: number, where: string): void {
  if (!Number.isSafeInteger(pixels) || pixels < 1) {
    throw new RangeError(`${where} must be a positive integer in pixels, got ${String(pixels)}.`);
  }
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
