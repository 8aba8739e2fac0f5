import { join } from 'node:path';
import type { OnnxFiles } from '@crossmodal/onnx-export';
import { removeFile, writeFolder, type FileContents } from '@crossmodal/weights';

const MODEL = 'model.onnx';
const DATA = 'model.onnx.data';

/**
 * Writes a model and what belongs to it, so that at no moment a `model.onnx` lies beside values of another model: the values come first, then an older model
 * goes, and the new one comes last.
 *
 * @param folder - created if it does not exist
 * @param files - the second file is called `model.onnx.data`
 * @param others - files beside it, by name
 * @throws CommitError when the file system refuses
 */
export async function writeExportedFiles(
  folder: string,
  { model, externalData }: Pick<OnnxFiles, 'model' | 'externalData'>,
  others: Iterable<readonly [string, FileContents]>,
): Promise<void> {
  // Once the new values are written whole, and before they take the name: a full disk leaves the older export as it was.
  const removeModel = (): Promise<void> => removeFile(join(folder, MODEL));
  await writeFolder(
    folder,
    new Map<string, FileContents>([
      ...(externalData ? [[DATA, followedBy(externalData.chunks(), removeModel)] as const] : []),
      ...others,
      [MODEL, model],
    ]),
  );
  if (!externalData) await removeFile(join(folder, DATA));
}

async function* followedBy(
  pieces: Iterable<Uint8Array>,
  end: () => Promise<void>,
): AsyncGenerator<Uint8Array, undefined> {
  yield* pieces;
  await end();
}
