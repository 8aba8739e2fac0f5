/** A decoded picture. */
export interface RgbImage {
  /** RGB bytes, row-major, `3 * width * height` of them. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
