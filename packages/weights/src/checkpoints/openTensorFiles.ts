import { type CheckpointFolder } from '../folders/CheckpointFolder.js';
import { openSafetensors } from '../safetensors/openSafetensors.js';
import { type TensorFile } from '../safetensors/TensorFile.js';
import { openTorchFile, type OpenTorchFileOptions } from '../torch/openTorchFile.js';
import { assertShardsMatch, readShardIndex } from './shardIndex.js';

/** Which file holds the weights, and where in it. */
export interface OpenWeightsOptions extends OpenTorchFileOptions {
  /** Name of the file, for one that is not named as Hugging Face does; read as safetensors if it ends so, or else as `torch.save` writes. */
  readonly file?: string | undefined;
}

/** The names under which weights are published, in the order in which they are looked for. */
const names = ['model.safetensors', 'pytorch_model.bin'];

/** Opens what holds the weights of a folder: one file, or the shards of an index. */
export async function openTensorFiles(
  folder: CheckpointFolder,
  where: string,
  { file: given, key }: OpenWeightsOptions = {},
): Promise<{ readonly name: string; readonly files: readonly TensorFile[] }> {
  const open = async (name: string): Promise<TensorFile> => {
    const file = await folder.open(name);
    try {
      return await (name.endsWith('.safetensors') ? openSafetensors(file) : openTorchFile(file, { key }));
    } catch (error) {
      await file.close();
      throw error;
    }
  };
  if (given !== undefined) return { name: given, files: [await open(given)] };
  for (const name of names) {
    if (await folder.has(name)) return { name, files: [await open(name)] };
    const index = `${name}.index.json`;
    if (await folder.has(index)) return { name: index, files: await openShards(folder, index, open) };
  }
  const wanted = names.flatMap((name) => [name, `${name}.index.json`]).join(', ');
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
