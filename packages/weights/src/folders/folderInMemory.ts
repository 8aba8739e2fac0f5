import { type CheckpointFolder } from './CheckpointFolder.js';
import { folderFrom } from './folderFrom.js';

/**
 * A checkpoint folder whose files are all there, such as those that `files()` of an encoder gives or a browser has fetched.
 *
 * @param files - contents by name, with `/` between folders; texts are UTF-8
 * @param location - what messages call it; default 'memory'
 */
export function folderInMemory(files: ReadonlyMap<string, Uint8Array | string>, location = 'memory'): CheckpointFolder {
  return folderFrom({
    location,
    has: (name) => Promise.resolve(files.has(name)),
    read: (name) => {
      const contents = files.get(name);
      if (contents === undefined) {
        return Promise.reject(new Error(`${location}: "${name}" must be one of its ${files.size} files, got none.`));
      }
      return Promise.resolve(typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
    },
  });
}
