const reservedOnWindows = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/**
 * Checks that a name stays inside its folder, under the rules of POSIX and of Windows on every system.
 *
 * @param name - relative, with `/` between folders: `'text-encoder/config.json'`
 * @param where - who asks, for the message
 * @throws RangeError when the name is empty, absolute, climbs with `..`, or has a part that some system would read otherwise
 */
export function assertFileName(name: string, where: string): void {
  const problem = name
    .split('/')
    .map(problemOf)
    .find((found) => found !== undefined);
  if (problem === undefined) return;
  // JSON escapes control characters; the rest of a long name says nothing.
  throw new RangeError(
    `${where}: a file name must be relative and portable, got ${JSON.stringify(name.slice(0, 80))} (${problem}).`,
  );
}

function problemOf(part: string): string | undefined {
  if (part === '') return 'an empty part';
  if (part === '.' || part === '..') return `the part "${part}"`;
  if (part.length > 255) return 'a part longer than 255 characters';
  // Letters outside ASCII may look like a slash, or be changed by a file system.
  if (/[^\x20-\x7e]|[<>:"|?*\\]/.test(part)) return 'a character outside portable ASCII';
  if (/[. ]$/.test(part)) return 'a dot or space at the end of a part';
  if (reservedOnWindows.test(part)) return 'a device name of Windows';
  return undefined;
}
