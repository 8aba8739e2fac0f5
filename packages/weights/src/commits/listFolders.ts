import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';

/**
 * The names of the folders in a folder, sorted.
 *
 * @param path - a missing folder has none
 * @param fileSystem - default: this machine's
 */
export async function listFolders(path: string, fileSystem: FileSystem = nodeFileSystem): Promise<string[]> {
  const entries = await fileSystem.list(path);
  return entries.flatMap(({ name, isFolder }) => (isFolder ? [name] : [])).sort();
}
