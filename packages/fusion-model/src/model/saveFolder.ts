import type * as Weights from '@crossmodal/weights';

type Files = ReadonlyMap<string, Uint8Array | string>;

/** Writes a checkpoint's own files and extra ones into a new folder, all of them or none. */
export async function saveFolder(folder: string, files: Files, extraFiles: Files): Promise<void> {
  for (const name of extraFiles.keys()) {
    if (files.has(name)) {
      throw new RangeError(
        `MultimodalSentimentModel.save: extraFiles must not replace the model's own files, got "${name}".`,
      );
    }
  }
  // Imported here and in part, because in a browser there is no folder to write to.
  const weights: Partial<typeof Weights> = await import('@crossmodal/weights');
  const { commitFolder, writeFolder } = weights;
  if (!commitFolder || !writeFolder) {
    throw new Error(
      'MultimodalSentimentModel.save: a file system is needed, got none. Take the contents from files().',
    );
  }
  await commitFolder(folder, (temporaryFolder) => writeFolder(temporaryFolder, new Map([...files, ...extraFiles])));
}
