import { type CheckpointFile } from '../folders/CheckpointFolder.js';
import { decodeTensor } from './decodeTensor.js';
import { quoteName } from './HeaderCursor.js';
import { readEntries, readHeaderLength } from './parseSafetensors.js';
import { SafetensorsError } from './SafetensorsError.js';
import { type TensorFile } from './TensorFile.js';

/**
 * Opens a safetensors file, with the checks of `parseSafetensors`. Only the header is read; each tensor is read when it is asked for.
 *
 * @param file - stays open until the result is closed
 * @throws SafetensorsError when the header is not valid or does not fit the size of the file
 */
export async function openSafetensors(file: CheckpointFile): Promise<TensorFile> {
  const headerBytes = readHeaderLength(await file.read(0, Math.min(8, file.size)), file.size);
  const start = 8 + headerBytes;
  const entries = readEntries(await file.read(8, headerBytes), file.size - start);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    tensors: byName,
    read: async (name) => {
      const entry = byName.get(name);
      if (!entry) throw new SafetensorsError(`openSafetensors: no tensor is named ${quoteName(name)}.`);
      return decodeTensor(entry, await file.read(start + entry.begin, entry.end - entry.begin));
    },
    close: () => file.close(),
  };
}
