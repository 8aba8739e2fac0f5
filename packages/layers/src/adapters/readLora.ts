import { type Module } from '../modules/Module.js';
import { type ParameterData, readValues } from '../parameters/readValues.js';
import { adaptedMaps } from './adaptedMaps.js';

/**
 * Copies the values of the adapters alone out of the backend: what fine-tuning by {@link addLora} has learned, in a fraction of the size.
 * `assignParameters` gives them to a module that was adapted in the same way.
 *
 * @param module - one with adapters
 * @returns the values by path, `<map>.lora_A.weight` and `<map>.lora_B.weight`
 * @throws Error when nothing in it is adapted
 */
export async function readLora(module: Module): Promise<Map<string, ParameterData>> {
  const adapted = adaptedMaps(module);
  if (adapted.size === 0) throw new Error('readLora: the module must have adapters, got none. Call addLora first.');
  const parts = [...adapted].flatMap(([path, { adapter }]) =>
    adapter
      ? [...adapter.down.namedParameters(join(path, 'lora_A')), ...adapter.up.namedParameters(join(path, 'lora_B'))]
      : [],
  );
  const entries = parts.map(async ([path, parameter]): Promise<[string, ParameterData]> => [
    path,
    await readValues(parameter, `readLora: "${path}"`),
  ]);
  return new Map(await Promise.all(entries));
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
