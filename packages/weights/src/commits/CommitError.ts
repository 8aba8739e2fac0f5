import { dirname } from 'node:path';
import { type FileSystem } from './FileSystem.js';

/** A file or folder could not be saved. What was there before is unchanged, or the new contents are whole. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
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

/** Turns any failure of a save into a {@link CommitError} that says what to do. */
export async function commitError(fileSystem: FileSystem, path: string, cause: unknown): Promise<CommitError> {
  const code = codeOf(cause);
  if (code === 'ENOSPC') {
    const free = await fileSystem.freeBytes(dirname(path)).catch(() => undefined);
    const space = free === undefined ? '' : ` with ${free} bytes free`;
    return new CommitError(path, `ENOSPC${space}. Free some space on that disk, then save again.`, cause);
  }
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommitError(path, `${reason}. What was saved before is still there.`, cause);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
