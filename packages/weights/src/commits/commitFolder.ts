import { dirname, join, resolve } from 'node:path';
import { CommitError } from './CommitError.js';
import { commitFailure } from './commitFailure.js';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';
import { temporaryPath } from './temporaryPath.js';

/**
 * Saves a folder so that after a crash at any moment it is there whole or not at all.
 *
 * @param path - must not exist; folders above it are created
 * @param write - fills the folder whose path it gets; it exists and is empty
 * @param fileSystem - default: this machine's
 * @throws {@link CommitError} when `path` exists or the file system refuses; the temporary folder is gone then
 * @throws whatever `write` throws, when that is not a failure of the file system
 */
export async function commitFolder(
  path: string,
  write: (temporaryPath: string) => Promise<void>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  // A trailing slash would put the temporary folder inside.
  const target = resolve(path);
  const temporary = temporaryPath(target);
  try {
    await assertAbsent(fileSystem, target);
    await fileSystem.makeFolder(temporary);
    await write(temporary);
    await syncTree(fileSystem, temporary);
    // Again, since saving took a while: a rename replaces an empty folder without a word.
    await assertAbsent(fileSystem, target);
    await fileSystem.rename(temporary, target);
    await fileSystem.sync(dirname(target));
  } catch (cause) {
    await fileSystem.remove(temporary).catch(() => undefined);
    throw isOfFileSystem(cause) ? await commitFailure(fileSystem, target, cause) : cause;
  }
}

async function assertAbsent(fileSystem: FileSystem, path: string): Promise<void> {
  if (await fileSystem.exists(path)) {
    throw new CommitError(path, 'a folder or file of that name. Choose a new name or remove it.');
  }
}

/** Files first, then their folder: a folder on the disk must not name files that are not. */
async function syncTree(fileSystem: FileSystem, folder: string): Promise<void> {
  for (const { name, isFolder } of await fileSystem.list(folder)) {
    const path = join(folder, name);
    await (isFolder ? syncTree(fileSystem, path) : fileSystem.sync(path));
  }
  await fileSystem.sync(folder);
}

function isOfFileSystem(error: unknown): boolean {
  return !(error instanceof CommitError) && error instanceof Error && 'syscall' in error;
}
