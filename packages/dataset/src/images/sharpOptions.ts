import type { SharpOptions } from 'sharp';

/** How `decodeImage` and `inspectImage` guard themselves. */
export interface DecodeOptions {
  /** Pictures with more pixels are refused from their header; default 50 million, enough for phones. */
  readonly maxPixels?: number;
}

const MAX_PIXELS = 50_000_000;

/** Slightly damaged files pass, as with Pillow; cut-off ones do not. Of many frames or pages only the first is read. */
export function sharpOptions({ maxPixels = MAX_PIXELS }: DecodeOptions): SharpOptions {
  return { limitInputPixels: maxPixels, failOn: 'truncated', ignoreIcc: true, pages: 1, sequentialRead: true };
}
