import { type CheckpointFolder } from '@crossmodal/weights';
import { sha256Hex } from '../hashes/sha256Hex.js';
import { CheckpointError } from './CheckpointError.js';

type Files = ReadonlyMap<string, Uint8Array | string>;

const manifestName = 'manifest.json';

/** A list of files with their sizes and SHA-256, as a file beside them. */
export async function manifestFor(files: Files): Promise<[name: string, contents: string]> {
  return [manifestName, await describeFiles(files)];
}

/**
 * Reads files and compares every bit of them with their manifest.
 *
 * @param folder - holds the files and the manifest
 * @param names - the files that must be there
 * @param path - of the checkpoint, for the message
 * @throws CheckpointError when one is missing or differs
 */
export async function readVerified(
  folder: CheckpointFolder,
  names: readonly string[],
  path: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let manifest: string;
  try {
    for (const name of names) files.set(name, await folder.read(name));
    manifest = await folder.readText(manifestName);
  } catch (cause) {
    throw new CheckpointError(
      path,
      `must hold ${[...names, manifestName].join(', ')} in training-state/, got a folder without one of them. ` +
        'Give the folder of one checkpoint, such as checkpoints/step-000300.',
      { cause },
    );
  }
  if ((await describeFiles(files)) !== manifest) {
    throw new CheckpointError(
      path,
      'the files in training-state/ must be those that were saved, got others: their sizes or SHA-256 differ from manifest.json. ' +
        'The folder is damaged; continue from an older checkpoint.',
    );
  }
  return files;
}

async function describeFiles(files: Files): Promise<string> {
  const described: Record<string, { readonly bytes: number; readonly sha256: string }> = {};
  for (const name of [...files.keys()].sort()) {
    const contents = files.get(name) ?? '';
    const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    described[name] = { bytes: bytes.length, sha256: await sha256Hex(bytes) };
  }
  return `${JSON.stringify(described, null, 2)}\n`;
}
