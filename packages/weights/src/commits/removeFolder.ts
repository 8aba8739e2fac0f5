import { dirname, resolve } from 'node:path';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';
import { temporaryPath } from './temporaryPath.js';

/**
 * Removes a folder so that after a crash at any moment no half of it remains under its name.
 *
 * @param path - a missing folder is fine
 * @param fileSystem - default: this machine's
 */
export async function removeFolder(path: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
  const target = resolve(path);
  if (!(await fileSystem.exists(target))) return;
  const doomed = temporaryPath(target);
  await fileSystem.rename(target, doomed);
  await fileSystem.sync(dirname(target));
  await fileSystem.remove(doomed);
}
