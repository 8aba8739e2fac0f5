import { lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type FileSystem } from './FileSystem.js';

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  rename,
  sync: syncPath,
  create: async (path) => {
    const file = await open(path, 'wx');
    return { write: (contents) => file.writeFile(contents), sync: () => file.sync(), close: () => file.close() };
  },
  makeFolder: async (path) => {
    const target = resolve(path);
    const first = await mkdir(target, { recursive: true });
    if (first === undefined) return;
    // A folder is on the disk once the one above it is; the first that was made hangs below an old one.
    for (let made = target; made.length >= first.length; made = dirname(made)) await syncPath(dirname(made));
  },
  list: async (path) => {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  exists: async (path) => {
    try {
      await lstat(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

async function syncPath(path: string): Promise<void> {
  // Windows opens no folders and needs no fsync of them.
  if (process.platform === 'win32' && (await lstat(path)).isDirectory()) return;
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
