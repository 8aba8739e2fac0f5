/** A decoded picture. */
export interface RgbImage {
  /** RGB bytes, row-major, `3 * width * height` of them. */
  readonly data: Uint8Array;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}
