import { decodeImage, ImageError, type Sample } from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';

/** What to do with a row whose image is missing or unreadable. */
export type BadImagePolicy = 'skip' | 'error' | 'blank';

/** An image as the model wants it, before normalisation. */
export interface StoredImage {
  /** `[S, S, 3]` bytes. */
  readonly pixels: Uint8Array;
  /** False for the zero image that stands in for a missing one. */
  readonly present: boolean;
}

/**
 * Gives each sample its resized and cropped image: decoded once and kept in memory up to a budget, read again beyond it.
 */
export class ImageStore {
  private readonly kept = new Map<string, Uint8Array>();
  private keptBytes = 0;
  private readonly blank: Uint8Array;

  /**
   * @param processor - resizes and crops; absent for a model that never looks
   * @param policy - for images that cannot be read
   * @param budgetBytes - memory for kept pixels
   */
  constructor(
    private readonly processor: ImageProcessor | undefined,
    readonly policy: BadImagePolicy,
    private readonly budgetBytes: number,
  ) {
    const size = processor?.size ?? 0;
    this.blank = new Uint8Array(size * size * 3);
  }

  /** @throws ImageError when the image is missing or unreadable, unless the policy is `blank` */
  async load(sample: Pick<Sample, 'images'>): Promise<StoredImage> {
    const path = sample.images[0];
    const kept = path === undefined ? undefined : this.kept.get(path);
    if (kept) return { pixels: kept, present: true };
    try {
      if (!this.processor) return { pixels: this.blank, present: false };
      if (path === undefined) throw new ImageError('', 'missing', 'the row names no image');
      const pixels = this.processor.resizeAndCrop(await decodeImage(path));
      this.keep(path, pixels);
      return { pixels, present: true };
    } catch (error) {
      if (this.policy === 'blank' && error instanceof ImageError) return { pixels: this.blank, present: false };
      throw error;
    }
  }

  private keep(path: string, pixels: Uint8Array): void {
    if (this.keptBytes + pixels.byteLength > this.budgetBytes || this.kept.has(path)) return;
    this.kept.set(path, pixels);
    this.keptBytes += pixels.byteLength;
  }
}
