import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isInside } from './resolveImagePath.js';
import type { Sample } from './Sample.js';

const CHECKED_AT_ONCE = 64;

/**
 * Finds samples with an image that lies outside a folder once symbolic links are followed.
 *
 * Images that do not exist are no concern here.
 */
export async function findLinksOut(samples: readonly Sample[], root: string): Promise<ReadonlySet<Sample>> {
  const realRoot = await realpath(root);
  const outside = new Set<Sample>();
  const folders = new Map<string, Promise<boolean>>();
  const leadsOut = async (path: string): Promise<boolean> => {
    const real = await realpath(path).catch(() => undefined);
    return real !== undefined && !isInside(realRoot, real);
  };
  const folderLeadsOut = (folder: string): Promise<boolean> => {
    const known = folders.get(folder) ?? leadsOut(folder);
    folders.set(folder, known);
    return known;
  };
  const imageLeadsOut = async (path: string): Promise<boolean> => {
    const stat = await lstat(path).catch(() => undefined);
    if (!stat) return false;
    return stat.isSymbolicLink() ? leadsOut(path) : folderLeadsOut(dirname(path));
  };
  for (let start = 0; start < samples.length; start += CHECKED_AT_ONCE) {
    await Promise.all(
      samples.slice(start, start + CHECKED_AT_ONCE).map(async (sample) => {
        for (const path of sample.images) if (await imageLeadsOut(path)) outside.add(sample);
      }),
    );
  }
  return outside;
}
