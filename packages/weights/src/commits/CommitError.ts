/** A file or folder could not be saved. What was there before is unchanged, or the new contents are whole. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
  /** What was to be saved. */
  readonly path: string;
  /** The system's code, such as `'ENOSPC'`; `undefined` when the failure was not the system's. */
  readonly code: string | undefined;

  /**
   * @param path - what was to be saved
   * @param received - what happened instead, and what to do
   * @param cause - the failure
   */
  constructor(path: string, received: string, cause?: unknown) {
    super(`commit: "${path}" must be saved whole, got ${received}`, { cause });
    this.path = path;
    this.code = codeOf(cause);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
