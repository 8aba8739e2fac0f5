import { type CheckpointFolder } from '../folders/CheckpointFolder.js';
import { openSafetensors } from '../safetensors/openSafetensors.js';
import { type TensorFile } from '../safetensors/TensorFile.js';
import { openTorchFile } from '../torch/openTorchFile.js';
import { assertShardsMatch, readShardIndex } from './shardIndex.js';

/** The forms in which weights are published, in the order in which they are looked for. */
const formats = [
  { file: 'model.safetensors', open: openSafetensors },
  { file: 'pytorch_model.bin', open: openTorchFile },
] as const;

/** Opens what holds the weights of a folder: one file, or the shards of an index. */
export async function openTensorFiles(
  folder: CheckpointFolder,
  where: string,
): Promise<{ readonly name: string; readonly files: readonly TensorFile[] }> {
  for (const { file, open } of formats) {
    const openFile = async (name: string): Promise<TensorFile> => {
      const opened = await folder.open(name);
      try {
        return await open(opened);
      } catch (error) {
        await opened.close();
        throw error;
      }
    };
    if (await folder.has(file)) return { name: file, files: [await openFile(file)] };
    const index = `${file}.index.json`;
    if (await folder.has(index)) return { name: index, files: await openShards(folder, index, openFile) };
  }
  const wanted = formats.flatMap(({ file }) => [file, `${file}.index.json`]).join(', ');
  throw new Error(
    `${where}: ${folder.location} must hold one of ${wanted}; found none. Weights in other formats must be converted first.`,
  );
}

async function openShards(
  folder: CheckpointFolder,
  index: string,
  open: (name: string) => Promise<TensorFile>,
): Promise<TensorFile[]> {
  const where = `${folder.location}/${index}`;
  const shards = readShardIndex(await folder.readJson(index), where);
  const files: TensorFile[] = [];
  try {
    for (const [name, tensors] of shards) {
      const file = await open(name);
      files.push(file);
      assertShardsMatch(name, tensors, file.tensors, where);
    }
    return files;
  } catch (error) {
    await Promise.all(files.map((file) => file.close()));
    throw error;
  }
}
