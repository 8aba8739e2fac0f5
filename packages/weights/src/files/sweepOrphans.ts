import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY } from './commitFile.js';

/** The temporary names of `commitFile` and `commitFolder`. */
const ORPHAN = new RegExp(`^\\..*\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\${TEMPORARY}$`);

/**
 * Removes what interrupted commits left in a folder. Call it only where no other process is writing.
 *
 * @returns names of what was removed
 */
export async function sweepOrphans(path: string): Promise<string[]> {
  const orphans = (await readdir(path)).filter((name) => ORPHAN.test(name));
  for (const name of orphans) await rm(join(path, name), { recursive: true, force: true });
  return orphans;
}
