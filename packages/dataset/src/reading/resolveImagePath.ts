import { isAbsolute, relative, resolve, sep } from 'node:path';

/** A path, or why it is refused. */
export type ResolvedImage = { readonly path: string } | { readonly refused: string };

/**
 * The absolute path of an image that a data file names, whether or not there is a file.
 *
 * @param root - folder of the data file
 * @param name - as it stands in the row
 * @param allowOutside - whether it may lie elsewhere
 */
export function resolveImagePath(root: string, name: string, allowOutside: boolean): ResolvedImage {
  const isWindowsPath = looksLikeWindows(name);
  if (isAddress(name)) return { refused: 'image path is a URL' };
  if (name.includes('\0')) return { refused: 'image path holds a NUL character' };
  const path = resolve(root, name);
  const isForeign = isWindowsPath && sep === '/';
  if (!allowOutside && (isForeign || !isInside(root, path))) return { refused: 'image path leads out of the folder' };
  return { path };
}

/** Whether a name begins with a scheme, as `https:` does. */
export function isAddress(name: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(name) && !looksLikeWindows(name);
}

function looksLikeWindows(name: string): boolean {
  return /^[a-z]:[\\/]/i.test(name) || name.startsWith('\\\\');
}

/** Whether a path lies under a folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
