import { createHash } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import {
  DatasetError,
  findDuplicates,
  generateReviewWorld,
  ImageError,
  LabelEncoder,
  loadSamples,
  splitSamples,
  type Sample,
  type SplitName,
} from '@crossmodal/dataset';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { usesImages } from './buildModel.js';
import { ImageStore } from './ImageStore.js';
import { SPLIT_NAMES, type DataAccount, type PreparedData, type SkippedRow } from './PreparedData.js';

/** How many images are decoded at a time; libvips runs them on Node's thread pool. */
const DECODE_CONCURRENCY = 8;
const SKIPPED_EXAMPLES = 20;

/** Path of the data file, generating the synthetic world first if no file was named. */
export async function locateData(config: TrainConfig, onEvent: OnRunEvent): Promise<string> {
  if (config.data !== undefined) return resolve(config.data);
  const world = await generateReviewWorld(config.worldDirectory, {
    onProgress: ({ done, total }) =>
      onEvent({ type: 'progress', task: 'drawing the review world', done, total, unit: 'reviews' }),
  });
  return world.csvPath;
}

/** Rows of one file that can be used, and an account of the others. */
export interface ReadRows {
  readonly path: string;
  readonly usable: readonly Sample[];
  readonly rowsRead: number;
  readonly skippedByReason: Readonly<Record<string, number>>;
  readonly skippedExamples: readonly SkippedRow[];
  readonly blankImages: number;
}

/** Reads a file with the columns of the settings and looks at every image once, so that broken ones are known early. */
export async function readRows(
  path: string,
  config: TrainConfig,
  images: ImageStore,
  onEvent: OnRunEvent,
): Promise<ReadRows> {
  const { samples, report } = await loadSamples(path, {
    textColumn: config.textColumn,
    imageColumn: config.imageColumn,
    labelColumn: config.labelColumn,
    encoding: config.encoding,
    allowOutside: config.allowOutside,
    ...(config.idColumn === undefined ? {} : { idColumn: config.idColumn }),
    ...(config.splitColumn === undefined ? {} : { splitColumn: config.splitColumn }),
    ...(config.delimiter === undefined ? {} : { delimiter: config.delimiter }),
  });
  const chosen = spreadEvenly(samples, config.limit);
  const scan = usesImages(config.fusionStrategy)
    ? await scanImages(chosen, images, onEvent)
    : { usable: chosen, skipped: [], blank: 0 };
  const skippedByReason: Record<string, number> = { ...report.skippedByReason };
  for (const row of scan.skipped) skippedByReason[row.reason] = (skippedByReason[row.reason] ?? 0) + 1;
  if (chosen.length < samples.length) skippedByReason['beyond the limit'] = samples.length - chosen.length;
  return {
    path,
    usable: scan.usable,
    rowsRead: report.rowsRead,
    skippedByReason,
    skippedExamples: [...report.skipped, ...scan.skipped].slice(0, SKIPPED_EXAMPLES),
    blankImages: scan.blank,
  };
}

/**
 * Reads, checks and splits the data of a training run.
 *
 * @throws DatasetError when nothing usable is left or fewer than two labels occur
 */
export async function prepareData(
  config: TrainConfig,
  processor: ImageProcessor,
  onEvent: OnRunEvent,
): Promise<PreparedData> {
  const path = await locateData(config, onEvent);
  const images = new ImageStore(processor, config.onBadImage, config.imageCacheMegabytes * 2 ** 20);
  const { usable, ...rows } = await readRows(path, config, images, onEvent);
  const labels = LabelEncoder.fit(usable.map((sample) => sample.label ?? ''));
  if (labels.labels.length < 2) {
    throw new DatasetError(
      `${path}: training needs at least 2 different labels, found ${labels.labels.length} in ${usable.length} usable rows.`,
    );
  }
  const split = splitSamples(usable, {
    seed: config.seed,
    scheme: config.splitColumn !== undefined ? 'column' : config.split === 'original' ? 'original-80-20' : 'stratified',
    fractions: { validation: config.validationFraction, test: config.testFraction },
  });
  const splits = { train: split.train, validation: split.validation, test: split.test };
  if (splits.train.length === 0) throw new DatasetError(`${path}: the train split is empty.`);
  const duplicates = await findDuplicates(splits);
  const account: DataAccount = {
    ...rows,
    fingerprint: fingerprint(usable, dirname(path)),
    splitHash: split.hash,
    rowsUsed: usable.length,
    splits: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
    labels: countLabels(splits),
    duplicatesAcrossSplits: duplicates.length,
    warnings: split.warnings,
  };
  return { splits, labels, images, account };
}

/** At most `limit` samples, from all over the file: one sorted by label or split keeps all of them. */
function spreadEvenly(samples: readonly Sample[], limit = samples.length): readonly Sample[] {
  if (limit >= samples.length) return samples;
  return Array.from({ length: limit }, (_, index) => samples[Math.floor((index * samples.length) / limit)]).flatMap(
    (sample) => sample ?? [],
  );
}

interface ImageScan {
  readonly usable: readonly Sample[];
  readonly skipped: readonly SkippedRow[];
  readonly blank: number;
}

async function scanImages(samples: readonly Sample[], images: ImageStore, onEvent: OnRunEvent): Promise<ImageScan> {
  const reasons = new Array<string | undefined>(samples.length);
  let next = 0;
  let done = 0;
  let blank = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < samples.length; index = next++) {
      const sample = samples[index];
      if (!sample) break;
      try {
        if (!(await images.load(sample)).present) blank++;
      } catch (error) {
        if (!(error instanceof ImageError) || images.policy === 'error') throw error;
        reasons[index] = `image: ${error.reason}`;
      }
      done++;
      onEvent({ type: 'progress', task: 'reading images', done, total: samples.length, unit: 'images' });
    }
  };
  await Promise.all(Array.from({ length: DECODE_CONCURRENCY }, worker));
  const skipped = samples.flatMap((sample, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [{ id: sample.id, line: sample.line, reason }];
  });
  return { usable: samples.filter((_, index) => reasons[index] === undefined), skipped, blank };
}

function countLabels(splits: Readonly<Record<SplitName, readonly Sample[]>>): DataAccount['labels'] {
  const counts: Record<string, Record<SplitName, number>> = {};
  for (const name of SPLIT_NAMES) {
    for (const { label } of splits[name]) {
      const row = (counts[label ?? ''] ??= { train: 0, validation: 0, test: 0 });
      row[name]++;
    }
  }
  return counts;
}

/** Image paths count as they stand to the data file, so that a folder may move between two halves of a run. */
function fingerprint(samples: readonly Sample[], folder: string): string {
  const hash = createHash('sha256');
  for (const { id, text, label, images } of samples) {
    hash.update(JSON.stringify([id, text, label, images.map((image) => relative(folder, image))]));
  }
  return hash.digest('hex');
}
