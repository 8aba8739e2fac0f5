import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder, TEMPORARY } from './commitFile.js';

/**
 * Writes a whole folder or nothing: filled under a temporary name, flushed, then renamed to a name that must be new.
 *
 * @param path - must not exist yet: a folder is never replaced
 * @param write - fills the folder it is given
 * @throws Error when the path exists; whatever `write` throws, after removing the temporary folder
 */
export async function commitFolder(path: string, write: (temporaryPath: string) => Promise<void>): Promise<void> {
  if (await exists(path)) throw new Error(`commitFolder: ${path} must not exist yet. Choose a new name.`);
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  const temporary = join(parent, `.${basename(path)}.${randomUUID()}${TEMPORARY}`);
  try {
    await mkdir(temporary);
    await write(temporary);
    await syncTree(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(parent);
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await syncFile(path);
  }
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
