import { existsSync, readFileSync } from 'node:fs';
import type { RunFolder } from '../run/RunFolder.js';
import type { ModelRecords, Pretrained } from './loadPretrained.js';

const MODELS_FILE = 'models.json';

/** Remembers which models a run began with. A run from scratch has no such file. */
export async function writeModels(folder: RunFolder, { text, image }: Pretrained): Promise<void> {
  if (!text && !image) return;
  const records: ModelRecords = { text: text?.record, image: image?.record };
  await folder.writeJson(MODELS_FILE, records);
}

/** What `writeModels` wrote, if it did. */
export function readModels(folder: RunFolder): ModelRecords {
  const path = folder.file(MODELS_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ModelRecords) : {};
}
