/** Sizes of files as people say them, in powers of 1,000: `812 B`, `514.2 kB`, `399.5 MB`, `2.74 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  // From here on one decimal would round to the next unit.
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
