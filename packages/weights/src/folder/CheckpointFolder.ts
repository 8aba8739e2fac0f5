/** A folder of files, wherever it lies: on disk, or behind a URL. */
export interface CheckpointFolder {
  /** Path or URL, for messages. */
  readonly location: string;
  /** Whether a file of this name is there. */
  has(name: string): Promise<boolean>;
  /** The bytes of a file. */
  read(name: string): Promise<Uint8Array>;
  /** A file as text in UTF-8. */
  readText(name: string): Promise<string>;
  /** A file as JSON. */
  readJson(name: string): Promise<unknown>;
}

/**
 * Builds a folder from a way to read bytes.
 *
 * @param location - for messages
 * @param find - the bytes of a file, or undefined when it is not there
 */
export function folderFrom(
  location: string,
  find: (name: string) => Promise<Uint8Array | undefined>,
): CheckpointFolder {
  const read = async (name: string): Promise<Uint8Array> => {
    const bytes = await find(checkName(name));
    if (!bytes) throw new Error(`${location}: expected a file ${name}, found none.`);
    return bytes;
  };
  const readText = async (name: string): Promise<string> => {
    const bytes = await read(name);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      throw new Error(`${location}: ${name} must be text in UTF-8.`, { cause: error });
    }
  };
  return {
    location,
    has: async (name) => (await find(checkName(name))) !== undefined,
    read,
    readText,
    readJson: async (name) => {
      const text = await readText(name);
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw new Error(`${location}: ${name} must be JSON.`, { cause: error });
      }
    },
  };
}

/**
 * Checks that a name stays inside its folder, under the rules of POSIX and of Windows.
 *
 * @throws RangeError for absolute, upward, drive-relative, UNC and empty names, and for NUL and reserved characters
 */
export function checkName(name: string): string {
  const segments = name.split('/');
  const isSafe =
    name !== '' &&
    !/[\\:*?"<>|\p{Cc}]/u.test(name) &&
    segments.every((segment) => segment !== '' && !/^\.+$/.test(segment) && !/[. ]$/.test(segment));
  if (!isSafe) {
    throw new RangeError(`folder: a file name must stay inside its folder, got ${JSON.stringify(name.slice(0, 80))}.`);
  }
  return name;
}
