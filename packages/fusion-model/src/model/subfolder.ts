import type { CheckpointFolder } from '@crossmodal/weights';

/** A folder inside a checkpoint folder, wherever that lies. */
export function subfolder(folder: CheckpointFolder, name: string): CheckpointFolder {
  const inside = (file: string): string => `${name}/${file}`;
  return {
    location: `${folder.location}/${name}`,
    has: (file) => folder.has(inside(file)),
    read: (file) => folder.read(inside(file)),
    readText: (file) => folder.readText(inside(file)),
    readJson: (file) => folder.readJson(inside(file)),
  };
}
