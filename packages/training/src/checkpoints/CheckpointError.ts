/** A checkpoint cannot be continued: it is damaged, of another format, or of a run with other settings. Nothing was loaded. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  /** Its folder. */
  readonly path: string;
  /** Settings that differ, as `name: before, now`; empty for any other reason. */
  readonly differences: readonly string[];

  /**
   * @param path - its folder
   * @param message - what was expected, what arrived, and what to do
   * @param options - settings that differ, and the failure behind this one
   */
  constructor(
    path: string,
    message: string,
    { differences = [], cause }: { readonly differences?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(`trainModel: checkpoint ${path}: ${message}`, { cause });
    this.path = path;
    this.differences = differences;
  }
}
