import { WeightsError } from '../checks/WeightsError.js';
import { assertFileName } from '../folders/assertFileName.js';

/**
 * Reads the index of a checkpoint that is split into several files.
 *
 * @param content - of `model.safetensors.index.json` or `pytorch_model.bin.index.json`
 * @param where - the file, for the message
 * @returns the names of the tensors in each file, in the order of the index
 * @throws TypeError when the content has another form
 * @throws RangeError when the name of a file leads out of the folder
 */
export function readShardIndex(content: unknown, where: string): Map<string, Set<string>> {
  const weightMap = isRecord(content) ? content.weight_map : undefined;
  if (!isRecord(weightMap) || Object.keys(weightMap).length === 0) {
    throw new TypeError(`${where}: weight_map must be an object that names the file of each tensor, got none.`);
  }
  const shards = new Map<string, Set<string>>();
  for (const [tensor, file] of Object.entries(weightMap)) {
    if (typeof file !== 'string') {
      throw new TypeError(`${where}: weight_map["${tensor.slice(0, 80)}"] must be a file name, got ${typeof file}.`);
    }
    assertFileName(file, where);
    if (file.includes('/')) {
      throw new RangeError(`${where}: a shard must lie beside its index, got "${file.slice(0, 80)}".`);
    }
    const names = shards.get(file) ?? new Set();
    shards.set(file, names.add(tensor));
  }
  return shards;
}

/**
 * Checks that a shard holds exactly what the index says.
 *
 * @throws WeightsError when names are missing or unexpected
 */
export function assertShardsMatch(
  file: string,
  expected: ReadonlySet<string>,
  found: ReadonlyMap<string, unknown>,
  where: string,
): void {
  const missing = [...expected].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name));
  if (missing.length + unexpected.length > 0) throw new WeightsError(`${where}: ${file}`, { missing, unexpected });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
