import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckpointFolder, folderFrom } from './CheckpointFolder.js';

/**
 * Opens a folder on disk for reading.
 *
 * In a browser the same name opens a folder behind a URL.
 *
 * @param location - path, or `file:` URL
 */
export function openFolder(location: string | URL): CheckpointFolder {
  const path = location instanceof URL ? fileURLToPath(location) : location;
  return folderFrom(path, async (name) => {
    try {
      return new Uint8Array(await readFile(join(path, name)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  });
}
