/** A picture's new size, and the part of the resized picture that is wanted. */
export interface ResizeTarget {
  readonly width: number;
  readonly height: number;
  /** Lies within the resized picture. */
  readonly region: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}
