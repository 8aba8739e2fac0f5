import { startBackend, type BackendName } from '@crossmodal/backends';
import { classificationReport, formatClassificationReport } from '@crossmodal/metrics';
import { resolve } from 'node:path';
import { ConfigError } from '../config/ConfigError.js';
import { openEncoders } from '../encoders/openEncoders.js';
import { isFrozenBy } from '../pretrained/freezeParameters.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { readRunConfig } from '../run/readRunConfig.js';
import { buildImageProcessor } from './buildModel.js';
import { batchShapes } from './BatchShapes.js';
import { predictSamples, type Prediction } from './predictSamples.js';
import type { BatchSource } from './sampleBatches.js';
import { TokenCache } from './TokenCache.js';
import type { RunMetrics } from './formatMetrics.js';
import { ImageStore } from './ImageStore.js';
import { findCheckpoint, loadCheckpoint } from './loadRun.js';
import { openForward } from './openForward.js';
import { measure, type Measured } from './measure.js';
import { prepareData, readRows } from './prepareData.js';
import { SPLIT_NAMES } from './PreparedData.js';
import { seededRandom } from './seededRandom.js';

/** Options of {@link evaluateRun}. */
export interface EvaluateOptions {
  /** Another labelled file, with the columns of the run. */
  readonly data?: string;
  /** Only this split: train, validation or test; default all but train. */
  readonly split?: string;
  /** Default `auto`. */
  readonly backend?: BackendName | 'auto';
  /** Rows per forward pass; default 64. */
  readonly batchSize?: number;
  readonly onEvent?: OnRunEvent;
}

/** What {@link evaluateRun} found. */
export interface Evaluation {
  /** split -> metric -> value and interval; the split of another file is called `data`. */
  readonly metrics: RunMetrics;
  /** A classification report per split, as text. */
  readonly reports: Readonly<Record<string, string>>;
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly skippedByReason: Readonly<Record<string, number>>;
}

/**
 * Measures a trained model again: on the splits of its run, or on another labelled file.
 *
 * @param run - run folder
 * @throws ConfigError when no run lies there, or a split is unknown or empty
 * @throws DatasetError when a label of the other file is unknown to the model
 */
export async function evaluateRun(run: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const onEvent = options.onEvent ?? ((): void => undefined);
  await startBackend(options.backend ?? 'auto');
  const { config } = await readRunConfig(run);
  const loaded = await loadCheckpoint(findCheckpoint(run));
  loaded.model.eval().freeze(isFrozenBy(config));
  const encoders = openEncoders(loaded.model, { engine: config.encoderEngine, onEvent });
  const forward = openForward(loaded.model);
  try {
    const processor = loaded.processor ?? buildImageProcessor(config);
    const rows = options.data === undefined ? await ownSplits() : await otherFile(options.data);
    const sizes = { batchSize: options.batchSize ?? config.batchSize, maxLength: loaded.maxLength };
    const tokens = new TokenCache(loaded.tokenizer, loaded.maxLength);
    // What ONNX Runtime encodes takes any shape, and longer texts take longer.
    const known = encoders.text ? [] : Object.values(rows.splits).flat();
    const lengths = known.map(({ text }) => tokens.encode(text).length);
    const shapes = batchShapes({ ...sizes, lengths });
    const source: BatchSource = { ...loaded, ...sizes, images: rows.images, encoders, shapes };
    const metrics: Record<string, Readonly<Record<string, Measured>>> = {};
    const reports: Record<string, string> = {};
    for (const [split, samples] of Object.entries(rows.splits)) {
      const predictions = await predictSamples(loaded.model, source, tokens, samples, {
        forward,
        onProgress: (done) =>
          onEvent({ type: 'progress', task: `measuring ${split}`, done, total: samples.length, unit: 'rows' }),
      });
      metrics[split] = measure(predictions, loaded.labels.labels, seededRandom(config.seed, `bootstrap ${split}`));
      reports[split] = reportOf(predictions, loaded.labels.labels);
    }
    return {
      metrics,
      reports,
      rowsRead: rows.rowsRead,
      rowsUsed: rows.rowsUsed,
      skippedByReason: rows.skippedByReason,
    };

    async function ownSplits() {
      const data = await prepareData(config, processor, onEvent);
      const wanted = options.split === undefined ? SPLIT_NAMES.filter((name) => name !== 'train') : [options.split];
      const splits = Object.fromEntries(
        wanted.flatMap((name) => {
          const samples = data.splits[name as keyof typeof data.splits] as (typeof data.splits)['train'] | undefined;
          if (options.split !== undefined && !samples?.length) {
            throw new ConfigError(`evaluate: split must be one of ${SPLIT_NAMES.join(', ')} with rows, got "${name}".`);
          }
          return samples?.length ? [[name, samples] as const] : [];
        }),
      );
      return { ...data.account, splits, images: data.images };
    }

    async function otherFile(path: string) {
      const images = new ImageStore(processor, config.onBadImage, config.imageCacheMegabytes * 2 ** 20);
      const rows = await readRows(
        resolve(path),
        { ...config, splitColumn: undefined, limit: undefined },
        images,
        onEvent,
      );
      return { splits: { data: rows.usable }, images, rowsUsed: rows.usable.length, ...rows };
    }
  } finally {
    forward.dispose();
    await encoders.close();
    loaded.model.dispose();
  }
}

function reportOf(predictions: readonly Prediction[], labels: readonly string[]): string {
  const known = predictions.filter(({ label }) => label >= 0);
  return formatClassificationReport(
    classificationReport(
      known.map(({ label }) => labels[label] ?? ''),
      known.map(({ prediction }) => labels[prediction] ?? ''),
      { classes: [...labels] },
    ),
  );
}
