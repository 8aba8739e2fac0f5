/** A cache of features cannot give or take what was asked of it. What lies in it is as it was. */
export class FeatureCacheError extends Error {
  override readonly name = 'FeatureCacheError';
  /** Folder of the cache. */
  readonly path: string;

  /**
   * @param path - folder of the cache
   * @param message - what was expected, what arrived, and what to do
   * @param options - the failure behind this one
   */
  constructor(path: string, message: string, options?: { readonly cause?: unknown }) {
    super(`FeatureCache ${path}: ${message}`, options);
    this.path = path;
  }
}
