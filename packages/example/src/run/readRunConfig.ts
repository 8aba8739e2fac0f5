import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/ConfigError.js';
import { resolveConfig, type ConfigLayer, type ResolvedConfig } from '../config/resolveConfig.js';

/**
 * Reads the settings a run was started with and checks them against today's schema.
 *
 * @throws {@link ConfigError} when the folder holds no run
 */
export async function readRunConfig(run: string): Promise<ResolvedConfig> {
  let stored: ResolvedConfig;
  try {
    stored = JSON.parse(await readFile(join(run, 'config.json'), 'utf8')) as ResolvedConfig;
  } catch (error) {
    throw new ConfigError(`${run}: expected a run folder with config.json.`, { cause: error });
  }
  // Field by field, because some checks ask where a value came from.
  const layers = Object.entries(stored.config).map(([field, value]): ConfigLayer => ({
    source: stored.sources[field] ?? 'file',
    values: { [field]: value },
  }));
  return resolveConfig(layers);
}
