import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Ending of everything that was not committed. */
export const TEMPORARY = '.tmp';

/**
 * Writes a whole file or nothing: to a temporary name beside the target, flushed to disk, then renamed over it.
 *
 * After a crash at any point the target holds either its old or its new contents. What is left behind ends in `.tmp`;
 * see `sweepOrphans`.
 */
export async function commitFile(path: string, contents: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}${TEMPORARY}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Flushes a folder's entries, without which a rename may be lost with the power. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; there the rename is durable by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
