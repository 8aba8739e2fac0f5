import { dirname } from 'node:path';
import { commitFailure } from './commitFailure.js';
import { type FileSystem } from './FileSystem.js';
import { nodeFileSystem } from './nodeFileSystem.js';
import { temporaryPath } from './temporaryPath.js';

/** What a file shall hold: text, which is written as UTF-8, bytes, or bytes piece by piece, each written before the next one is asked for. */
export type FileContents = Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Saves a file so that after a crash at any moment there is the old one or the new one, whole.
 *
 * Writes beside it under a unique name, waits for the disk, renames, waits for the disk again.
 *
 * @param path - an existing file is replaced; folders above it are created
 * @param contents - a producer of pieces is read once, and may reuse their memory
 * @param fileSystem - default: this machine's
 * @throws {@link CommitError} when the file system refuses or the producer throws; the temporary file is gone then
 *
 * @example
 * await commitFile('model.onnx.data', externalData.chunks());
 */
export async function commitFile(
  path: string,
  contents: FileContents,
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

async function writeDurably(fileSystem: FileSystem, path: string, contents: FileContents): Promise<void> {
  const file = await fileSystem.create(path);
  try {
    for await (const piece of piecesOf(contents)) await file.write(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

function piecesOf(contents: FileContents): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof contents === 'string') return [new TextEncoder().encode(contents)];
  return contents instanceof Uint8Array ? [contents] : contents;
}
