import { type Module } from '../modules/Module.js';
import { type CheckpointParameter, checkpointParameters } from './checkpointParameters.js';
import { type ParameterData, readValues } from './readValues.js';

/**
 * Copies the values of a module's parameters out of the backend, as a checkpoint holds them: the updates of `addLora` are folded into the
 * weights, and adapters have no names of their own. The module stays as it is; `readLora` reads the adapters alone.
 *
 * @param module - any module
 * @returns the values by path, in the order of `namedParameters`
 * @throws TypeError when a parameter is not float32
 */
export async function readParameters(module: Module): Promise<Map<string, ParameterData>> {
  const entries = [...checkpointParameters(module)].map(async ([path, parameter]): Promise<[string, ParameterData]> => [
    path,
    await readOne(path, parameter),
  ]);
  return new Map(await Promise.all(entries));
}

async function readOne(path: string, { value, adapted }: CheckpointParameter): Promise<ParameterData> {
  const where = `readParameters: "${path}"`;
  if (!adapted) return readValues(value, where);
  const merged = adapted.mergedWeight();
  try {
    return await readValues(merged, where);
  } finally {
    merged.dispose();
  }
}
