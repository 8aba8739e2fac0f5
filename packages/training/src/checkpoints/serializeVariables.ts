import { floatTensors, parseSafetensors, serializeSafetensors, type TensorData } from '@crossmodal/weights';
import { type Variable } from '@tensorflow/tfjs-core';

/** Variables as a safetensors file. Values go one by one into the bytes of the file, so that there is no second copy of all of them. */
export async function serializeVariables(variables: ReadonlyMap<string, Variable>): Promise<Uint8Array> {
  const zeros = new Float32Array(Math.max(0, ...[...variables.values()].map(({ size }) => size)));
  const blank = [...variables].map(([path, { shape, size }]): [string, TensorData] => [
    path,
    { dtype: 'F32', shape, data: zeros.subarray(0, size) },
  ]);
  const file = serializeSafetensors(new Map(blank));
  // Float32 data is aligned in the file, and what is parsed then shares its memory.
  const views = floatTensors(parseSafetensors(file), 'trainModel: parameters');
  for (const [path, variable] of variables) views.get(path)?.data.set(await variable.data<'float32'>());
  return file;
}
