import { dirname } from 'node:path';
import { CommitError } from './CommitError.js';
import { type FileSystem } from './FileSystem.js';

/** Turns any failure of a save into a {@link CommitError} that says what to do. */
export async function commitFailure(fileSystem: FileSystem, path: string, cause: unknown): Promise<CommitError> {
  const { code } = new CommitError(path, '', cause);
  if (code === 'ENOSPC') {
    const free = await fileSystem.freeBytes(dirname(path)).catch(() => undefined);
    const space = free === undefined ? '' : ` with ${free} bytes free`;
    return new CommitError(path, `ENOSPC${space}. Free some space on that disk, then save again.`, cause);
  }
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommitError(path, `${reason}. What was saved before is still there.`, cause);
}
