import { dirname } from 'node:path';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';

/**
 * Removes a file, and waits until the disk has forgotten it: no crash after that brings it back.
 *
 * @param path - a missing file is fine
 * @param fileSystem - default: this machine's
 */
export async function removeFile(path: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
  if (!(await fileSystem.exists(path))) return;
  await fileSystem.remove(path);
  await fileSystem.sync(dirname(path));
}
