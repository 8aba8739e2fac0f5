import {
  type CheckpointFolder,
  openSafetensors,
  serializeSafetensors,
  type TensorData,
  type TensorFile,
} from '@crossmodal/weights';
import { type SampleFeatures } from './SampleFeatures.js';

/** The one file of a chunk; a tensor of it is named `sample/feature`. */
export const chunkFile = 'features.safetensors';

/** How values are kept: `'float16'` takes half of the space and rounds to 11 significant bits. */
export type FeaturePrecision = 'float32' | 'float16';

/** A chunk's contents; equal features give equal bytes. */
export function chunkBytes(samples: ReadonlyMap<string, SampleFeatures>, precision: FeaturePrecision): Uint8Array {
  const dtype = precision === 'float16' ? 'F16' : 'F32';
  const tensors = new Map<string, TensorData>();
  for (const [id, features] of samples) {
    for (const [name, { shape, data }] of Object.entries(features)) {
      assertKeepable(id, name, data, precision);
      tensors.set(`${id}/${name}`, { dtype, shape, data });
    }
  }
  return serializeSafetensors(tensors);
}

/** Opens a chunk. Its file is not kept open: there may be more chunks than a process may hold open files. */
export async function openChunk(folder: CheckpointFolder, size: number): Promise<TensorFile> {
  return openSafetensors({
    size,
    close: () => Promise.resolve(),
    read: async (start, length) => {
      const file = await folder.open(chunkFile);
      try {
        return await file.read(start, length);
      } finally {
        await file.close();
      }
    },
  });
}

/** Names of the features in a chunk, by sample. */
export function featuresBySample({ tensors }: TensorFile): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of tensors.keys()) {
    const [id = '', feature = ''] = name.split('/');
    found.set(id, [...(found.get(id) ?? []), feature]);
  }
  return found;
}

/** A value that is not finite would come back in every epoch, far from where it was made. */
function assertKeepable(id: string, name: string, data: Float32Array, precision: FeaturePrecision): void {
  if (!/^[\w.:-]{1,200}$/.test(id) || !/^\w{1,100}$/.test(name)) {
    throw new RangeError(
      `FeatureCache: ids must be up to 200 and names of features up to 100 letters, digits or "_" (ids also ".", ":" and "-"), ` +
        `got "${id.slice(0, 80)}" and "${name.slice(0, 80)}". Use a hash of the sample's content.`,
    );
  }
  // From there on, half precision rounds to infinity.
  const limit = precision === 'float16' ? 65_520 : Infinity;
  const wrong = data.find((value) => !(Math.abs(value) < limit));
  if (wrong === undefined) return;
  throw new RangeError(
    `FeatureCache: "${name}" of sample "${id}" must be finite in ${precision}, got ${wrong}.` +
      (Number.isFinite(wrong) ? ' Keep it as float32.' : ' Look at the encoder and what it was given.'),
  );
}
