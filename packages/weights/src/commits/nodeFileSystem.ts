import { lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { type FileSystem } from './FileSystem.js';

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  rename,
  create: async (path) => {
    const file = await open(path, 'wx');
    return { write: (contents) => file.writeFile(contents), sync: () => file.sync(), close: () => file.close() };
  },
  sync: async (path) => {
    // Windows opens no folders and needs no fsync of them.
    if (process.platform === 'win32' && (await lstat(path)).isDirectory()) return;
    const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true });
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

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
