import { type ResampleWeights } from './resampleWeights.js';

/** Rows of RGB bytes, one after the other. */
export interface PixelRows {
  readonly data: Uint8Array;
  /** Bytes in a row: three for each pixel. */
  readonly stride: number;
}

/** The two passes of a resize, each along one axis and rounded to bytes. The source stays as it is. */
export interface ResamplePasses {
  /** Gives every row its new columns. */
  columns(source: PixelRows, weights: ResampleWeights): PixelRows;
  /** Gives every column its new rows. Row 0 of the source is row `firstRow` of the picture that the weights count in. */
  rows(source: PixelRows, weights: ResampleWeights, firstRow: number): PixelRows;
}
