import { dirname } from 'node:path';
import { commitFailure } from './commitFailure.js';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';
import { temporaryPath } from './temporaryPath.js';

/**
 * Saves a file so that after a crash at any moment there is the old one or the new one, whole.
 *
 * Writes beside it under a unique name, waits for the disk, renames, waits for the disk again.
 *
 * @param path - an existing file is replaced; folders above it are created
 * @param contents - text is written as UTF-8
 * @param fileSystem - default: this machine's
 * @throws {@link CommitError} when the file system refuses; the temporary file is gone then
 */
export async function commitFile(
  path: string,
  contents: Uint8Array | string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await fileSystem.makeFolder(dirname(path));
    await writeDurably(fileSystem, temporary, contents);
    await fileSystem.rename(temporary, path);
    await fileSystem.sync(dirname(path));
  } catch (cause) {
    // A second failure would hide the first, which is the one to know about; sweepOrphans finds the rest.
    await fileSystem.remove(temporary).catch(() => undefined);
    throw await commitFailure(fileSystem, path, cause);
  }
}

async function writeDurably(fileSystem: FileSystem, path: string, contents: Uint8Array | string): Promise<void> {
  const file = await fileSystem.create(path);
  try {
    await file.write(typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
    await file.sync();
  } finally {
    await file.close();
  }
}
