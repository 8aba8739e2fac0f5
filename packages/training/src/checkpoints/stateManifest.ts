import { type CheckpointFolder } from '@crossmodal/weights';
import { sha256Hex } from '../hashes/sha256Hex.js';
import { CheckpointError } from './CheckpointError.js';

type NamedFile = readonly [name: string, contents: Uint8Array | string];

const manifestName = 'manifest.json';

/** The same files, and after them a list of their sizes and SHA-256. No file is kept. */
export async function* withManifest(files: AsyncIterable<NamedFile>): AsyncGenerator<NamedFile, undefined> {
  const described = new Map<string, FileDescription>();
  for await (const file of files) {
    const [name, contents] = file;
    described.set(name, await describe(contents));
    yield file;
  }
  yield [manifestName, format(described)];
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
  const described = new Map<string, FileDescription>();
  for (const [name, contents] of files) described.set(name, await describe(contents));
  if (format(described) !== manifest) {
    throw new CheckpointError(
      path,
      'the files in training-state/ must be those that were saved, got others: their sizes or SHA-256 differ from manifest.json. ' +
        'The folder is damaged; continue from an older checkpoint.',
    );
  }
  return files;
}

interface FileDescription {
  readonly bytes: number;
  readonly sha256: string;
}

async function describe(contents: Uint8Array | string): Promise<FileDescription> {
  const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  return { bytes: bytes.length, sha256: await sha256Hex(bytes) };
}

function format(described: ReadonlyMap<string, FileDescription>): string {
  const sorted = [...described].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}
