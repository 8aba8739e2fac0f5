import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Where features are kept: in the folder of the downloads if one is named, else beside them. */
export function featureDirectory(
  { cacheDir }: Pick<TrainConfig, 'cacheDir'>,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  return join(cacheDir ?? home, 'crossmodal-features');
}
