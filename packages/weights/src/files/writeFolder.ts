import { join } from 'node:path';
import { checkName } from '../folder/CheckpointFolder.js';
import { commitFile } from './commitFile.js';

/**
 * Writes files into a folder, each whole or not at all; other files in it stay.
 *
 * @param path - created if needed
 * @param files - contents by name, which may hold slashes but not lead out of the folder
 * @throws RangeError for a name that leads out of the folder, before anything is written
 */
export async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  for (const name of files.keys()) checkName(name);
  for (const [name, contents] of files) await commitFile(join(path, name), contents);
}
