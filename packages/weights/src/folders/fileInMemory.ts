import { type CheckpointFile } from './CheckpointFolder.js';

/**
 * A file whose bytes are all there.
 *
 * @param bytes - are not changed
 */
export function fileInMemory(bytes: Uint8Array): CheckpointFile {
  return {
    size: bytes.length,
    read: (start, length) => Promise.resolve(bytes.slice(start, start + length)),
    close: () => Promise.resolve(),
  };
}
