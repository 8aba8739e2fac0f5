/** How the names in a published file become the paths of a module: data, so that it can be read, tested and extended. */
export interface NameMap {
  /** Published names of what is not wanted: heads, buffers, the other tower. They are left out before anything is renamed. */
  readonly ignore: readonly RegExp[];
  /** Replacements, each applied to the result of the one before it. */
  readonly rename: readonly (readonly [pattern: RegExp, replacement: string])[];
}

/**
 * The path of a published name.
 *
 * @returns undefined for a name that is left out
 */
export function mapName(name: string, { ignore, rename }: NameMap): string | undefined {
  if (ignore.some((pattern) => name.search(pattern) >= 0)) return undefined;
  return rename.reduce((path, [pattern, replacement]) => path.replace(pattern, replacement), name);
}
