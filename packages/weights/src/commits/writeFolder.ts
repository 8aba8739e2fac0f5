import { join } from 'node:path';
import { assertFileName } from '../folders/assertFileName.js';
import { commitFile, type FileContents } from './commitFile.js';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';

/**
 * Writes files into a folder, each one whole or not at all; other files in it stay. For a folder as a whole: `commitFolder`.
 *
 * @param path - created if it does not exist
 * @param files - contents by relative name, with `/` between folders, in the order in which they are written
 * @param fileSystem - default: this machine's
 * @throws RangeError when a name is not relative and portable; nothing is written then
 * @throws {@link CommitError} when the file system refuses or a producer of contents throws; files before that one stay
 */
export async function writeFolder(
  path: string,
  files: ReadonlyMap<string, FileContents>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  for (const name of files.keys()) assertFileName(name, 'writeFolder');
  await fileSystem.makeFolder(path);
  for (const [name, contents] of files) await commitFile(join(path, name), contents, fileSystem);
}
