import { open, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckpointFile, type CheckpointFolder, isOpenFolder } from './CheckpointFolder.js';
import { folderFrom } from './folderFrom.js';

/**
 * Opens a checkpoint folder on this machine. Nothing is read yet.
 *
 * In a browser the same import opens a folder behind a URL, with `fetch`.
 *
 * @param location - path, or `file:` URL; a folder that is open already is returned as it is
 * @throws RangeError when a URL of another scheme is given
 */
export function openFolder(location: string | URL | CheckpointFolder): CheckpointFolder {
  if (isOpenFolder(location)) return location;
  const path = pathOf(location);
  return folderFrom({
    location: path,
    has: async (name) => {
      try {
        return (await stat(join(path, name))).isFile();
      } catch (error) {
        if (isMissing(error)) return false;
        throw unreadable(path, name, error);
      }
    },
    read: async (name) => {
      try {
        return await readFile(join(path, name));
      } catch (error) {
        throw unreadable(path, name, error);
      }
    },
    open: async (name) => {
      try {
        return await openFile(join(path, name));
      } catch (error) {
        throw unreadable(path, name, error);
      }
    },
  });
}

async function openFile(path: string): Promise<CheckpointFile> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    size,
    close: () => handle.close(),
    read: async (start, length) => {
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled);
        if (bytesRead === 0) {
          throw new Error(
            `${path}: bytes ${start} to ${start + length} must lie in the file, got ${start + filled} bytes.`,
          );
        }
        filled += bytesRead;
      }
      return bytes;
    },
  };
}

function pathOf(location: string | URL): string {
  const text = String(location);
  if (text.startsWith('file:')) return fileURLToPath(text);
  // A drive letter is one character long, a scheme is longer.
  if (location instanceof URL || /^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new RangeError(
      `openFolder: location must be a path or a file: URL, got "${text.slice(0, 80)}". Download the folder first.`,
    );
  }
  return resolve(text);
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(path: string, name: string, cause: unknown): Error {
  return new Error(`openFolder(${path}): "${name}" must be a readable file, got ${codeOf(cause)}.`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
