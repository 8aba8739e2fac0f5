import { join } from 'node:path';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';
import { isOrphan } from './temporaryPath.js';

/**
 * Removes what saves of dead processes left in a folder. Saves of processes that live on this machine are left alone.
 *
 * @param path - folders in it are not entered; a missing folder is fine
 * @param fileSystem - default: this machine's
 * @returns the names that were removed
 */
export async function sweepOrphans(path: string, fileSystem: FileSystem = nodeFileSystem): Promise<string[]> {
  const orphans = (await fileSystem.list(path)).map(({ name }) => name).filter(isOrphan);
  for (const name of orphans) await fileSystem.remove(join(path, name));
  return orphans;
}
