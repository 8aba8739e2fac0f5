import { type CheckpointFolder } from './CheckpointFolder.js';

/**
 * Chooses by the `model_type` in a folder's `config.json`.
 *
 * @param folder - in Hugging Face's layout
 * @param table - `model_type` -> what is chosen
 * @param where - who asks, for the message
 * @throws RangeError when the table has no such entry; the message lists those that there are
 *
 * @example
 * const Encoder = await chooseByModelType(openFolder('models/bert'), { bert: BertEncoder }, 'loadEncoder');
 */
export async function chooseByModelType<T>(
  folder: CheckpointFolder,
  table: Readonly<Record<string, T>>,
  where: string,
): Promise<T> {
  const content = await folder.readJson('config.json');
  const type = typeof content === 'object' && content !== null && 'model_type' in content ? content.model_type : '';
  const found = Object.entries(table).find(([name]) => name === type);
  if (found) return found[1];
  throw new RangeError(
    `${where}: ${folder.location}/config.json: model_type must be one of ${Object.keys(table).join(', ')}, ` +
      `got "${String(type).slice(0, 80)}".`,
  );
}
