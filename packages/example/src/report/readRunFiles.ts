import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedConfig } from '../config/resolveConfig.js';
import type { RunMetrics } from '../pipeline/formatMetrics.js';
import { parsePredictions, PREDICTIONS_FILE, type StoredPrediction } from '../pipeline/predictionsFile.js';
import type { DataAccount } from '../pipeline/PreparedData.js';
import type { Environment } from '../run/environment.js';
import { readRunConfig } from '../run/readRunConfig.js';
import { type Explanations, EXPLANATIONS_FILE, type StoredPicture } from './Explanations.js';
import { type EpochRow, parseResults } from './parseResults.js';

/** What a run folder holds; what a run has not written yet is `undefined` or empty. */
export interface RunFiles {
  readonly resolved: ResolvedConfig;
  readonly environment: Environment | undefined;
  readonly account: DataAccount | undefined;
  readonly metrics: RunMetrics;
  readonly history: readonly EpochRow[];
  readonly predictions: readonly StoredPrediction[];
  readonly explanations: Explanations | undefined;
  /** Bytes of the pictures that `explanations` names, by name of their file. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a run folder for its report.
 *
 * @throws ConfigError when the folder holds no run
 * @throws SyntaxError when one of its files is damaged
 */
export async function readRunFiles(run: string): Promise<RunFiles> {
  const resolved = await readRunConfig(run);
  const read = (name: string): Promise<string | undefined> => readIfThere(join(run, name));
  // The casts below: this program wrote the files.
  const explanations = parse(await read(EXPLANATIONS_FILE)) as Explanations | undefined;
  return {
    resolved,
    environment: parse(await read('environment.json')) as Environment | undefined,
    account: parse(await read('data.json')) as DataAccount | undefined,
    metrics: (parse(await read('metrics.json')) as RunMetrics | undefined) ?? {},
    history: parseResults((await read('results.csv')) ?? ''),
    predictions: parsePredictions((await read(PREDICTIONS_FILE)) ?? ''),
    explanations,
    pictures: await readPictures(run, explanations),
  };
}

async function readPictures(run: string, explanations: Explanations | undefined): Promise<Map<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  const stored = explanations?.samples.flatMap(({ image, overlay }) => [image, overlay]) ?? [];
  for (const { file } of stored.filter((picture): picture is StoredPicture => picture !== null)) {
    // Names as the run gives them; anything else could lead out of the folder.
    if (!/^[\w-]+\.(png|jpg)$/.test(file)) continue;
    const bytes = await readFile(join(run, 'figures', file)).catch(() => undefined);
    if (bytes) pictures.set(file, new Uint8Array(bytes));
  }
  return pictures;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
