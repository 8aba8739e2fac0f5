import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors/DatasetError.js';

const SUFFIX = '.partial';
/** No file takes so long to write: whoever began it is gone. */
const ORPHANED_AFTER_MS = 10 * 60_000;

/**
 * Writes a file under another name beside it, waits for the disk and renames it, so that `path` is the old file or the new one, whole.
 *
 * @throws {@link DatasetError} when the disk refuses, and whatever `write` throws
 */
export async function replaceFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = `${path}.${randomUUID()}${SUFFIX}`;
  try {
    const file = await open(partial, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    // A second failure would hide the first, which is the one to know about.
    await rm(partial, { force: true }).catch(() => undefined);
    throw cause instanceof DatasetError ? cause : writeFailure(path, cause);
  }
}

/** Says what to do about a disk that refuses. */
export function writeFailure(path: string, cause: unknown): DatasetError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const advice = code === 'ENOSPC' ? 'Free some space' : 'Check the folder';
  return DatasetError.in(path, `must be written, got ${code}. ${advice}, then run the same command: it goes on.`, {
    cause,
  });
}

/** Removes what a killed process left half written. */
export async function removeOrphans(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(SUFFIX)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > ORPHANED_AFTER_MS) await rm(path, { force: true });
  }
}
