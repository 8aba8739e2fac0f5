import { assertFileName } from './assertFileName.js';
import { type CheckpointFolder } from './CheckpointFolder.js';

/**
 * A folder inside a checkpoint folder.
 *
 * @param folder - the outer folder
 * @param name - relative: `'text-encoder'`
 * @throws RangeError when the name is not relative and portable
 */
export function subfolder(folder: CheckpointFolder, name: string): CheckpointFolder {
  assertFileName(name, `subfolder(${folder.location})`);
  return {
    location: `${folder.location.replace(/\/$/, '')}/${name}`,
    has: (file) => folder.has(`${name}/${file}`),
    read: (file) => folder.read(`${name}/${file}`),
    open: (file) => folder.open(`${name}/${file}`),
    readText: (file) => folder.readText(`${name}/${file}`),
    readJson: (file) => folder.readJson(`${name}/${file}`),
  };
}
