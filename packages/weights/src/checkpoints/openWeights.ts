import { assertTensorsMatch } from '../checks/assertTensorsMatch.js';
import { floatTensor, type FloatTensor } from '../checks/floatTensors.js';
import { type CheckpointFolder } from '../folders/CheckpointFolder.js';
import { type TensorFile } from '../safetensors/TensorFile.js';
import { mapName, type NameMap } from './NameMap.js';
import { openTensorFiles, type OpenWeightsOptions } from './openTensorFiles.js';

/** The weights of a checkpoint folder under the paths of a module. Values are read when they are asked for. */
export interface CheckpointWeights {
  /** Where they lie, for messages. */
  readonly location: string;
  /** What is there, by path. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Published names that the map leaves out. */
  readonly ignored: readonly string[];
  /**
   * The tensors one after the other, as float32.
   *
   * @param expected - shapes by path, as `parameterShapes` of `@crossmodal/layers` gives them
   * @throws WeightsError before the first tensor, when they are not exactly the expected ones
   * @throws TypeError when one holds integers
   */
  read(expected: ReadonlyMap<string, readonly number[]>): AsyncIterable<readonly [path: string, tensor: FloatTensor]>;
  /** Gives the files back to the system. */
  close(): Promise<void>;
}

interface Source {
  readonly name: string;
  readonly file: TensorFile;
  readonly shape: readonly number[];
}

/**
 * Opens the weights of a folder in Hugging Face's layout: `model.safetensors`, its shards, `pytorch_model.bin` or its shards, in this order.
 * Only names and shapes are read.
 *
 * @param folder - an open folder
 * @param names - how published names become paths
 * @param where - who asks, for the message
 * @param options - another file, and where in a PyTorch file the state dict lies
 * @throws Error when there is none of these files
 * @throws RangeError when two names become the same path
 * @throws SafetensorsError or TorchFileError when a file is damaged
 */
export async function openWeights(
  folder: CheckpointFolder,
  names: NameMap,
  where: string,
  options: OpenWeightsOptions = {},
): Promise<CheckpointWeights> {
  const { name: fileName, files } = await openTensorFiles(folder, where, options);
  const close = async (): Promise<void> => {
    await Promise.all(files.map((file) => file.close()));
  };
  const location = `${where}: ${folder.location}/${fileName}`;
  const sources = new Map<string, Source>();
  const ignored: string[] = [];
  for (const file of files) {
    for (const [name, { shape }] of file.tensors) {
      const path = mapName(name, names);
      if (path === undefined) ignored.push(name);
      else if (!sources.has(path)) sources.set(path, { name, file, shape });
      else {
        await close();
        throw new RangeError(
          `${location}: each weight must be there once, got "${path.slice(0, 80)}" under two names.`,
        );
      }
    }
  }
  return {
    location,
    ignored,
    close,
    shapes: new Map([...sources].map(([path, { shape }]) => [path, shape])),
    read: async function* read(expected) {
      assertTensorsMatch(expected, sources, location);
      for (const [path, { name, file }] of sources) yield [path, floatTensor(name, await file.read(name), location)];
    },
  };
}
