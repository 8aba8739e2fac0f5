import { assertFileName } from './assertFileName.js';
import { type CheckpointFolder, type FolderSource } from './CheckpointFolder.js';
import { fileInMemory } from './fileInMemory.js';

/** Adds name checks, text and JSON to a source of bytes. */
export function folderFrom(source: FolderSource): CheckpointFolder {
  const { location } = source;
  const checked = async <T>(name: string, action: (name: string) => Promise<T>): Promise<T> => {
    assertFileName(name, `CheckpointFolder(${location})`);
    return action(name);
  };
  const read = (name: string): Promise<Uint8Array> => checked(name, (safe) => source.read(safe));
  const readText = async (name: string): Promise<string> => {
    const bytes = await read(name);
    return convert(`${location}: "${name}" must be UTF-8 text, got other bytes.`, () =>
      new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    );
  };
  return {
    location,
    read,
    readText,
    has: (name) => checked(name, (safe) => source.has(safe)),
    open: (name) =>
      checked(name, async (safe) => (source.open ? source.open(safe) : fileInMemory(await source.read(safe)))),
    readJson: async (name) => {
      const text = await readText(name);
      return convert(`${location}: "${name}" must be JSON, got ${text.length} characters that are not.`, (): unknown =>
        JSON.parse(text),
      );
    },
  };
}

function convert<T>(message: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new SyntaxError(message, { cause });
  }
}
