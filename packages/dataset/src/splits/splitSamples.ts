import { createHash } from 'node:crypto';
import { DatasetError } from '../errors/DatasetError.js';
import type { Sample, SplitName } from '../reading/Sample.js';
import { orderByHash } from './orderByHash.js';
import { stratifiedSplit } from './stratifiedSplit.js';
import { warnAboutSplits } from './warnAboutSplits.js';
import type { SplitOptions } from './SplitOptions.js';

/** A data set in three parts, each in the order of the input. */
export interface SampleSplits {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
  /** Empty where the scheme has none. */
  readonly test: readonly Sample[];
  /** sha256 over the ids of each part, in order. */
  readonly hash: string;
  /** What should be known before numbers are trusted. */
  readonly warnings: readonly string[];
}

const DEFAULT_FRACTIONS = { validation: 0.1, test: 0.2 } as const;
const ORIGINAL_TRAIN_SHARE = 0.8;

/**
 * Divides samples into train, validation and test.
 *
 * Where a seed decides, the part of a sample depends on the seed, the ids and the labels alone, never on the order of the rows.
 * `stratified` puts every label with at least 3 samples into each part (whose fraction is not 0); of a label with 2
 * samples one goes to train and one to test, a single one goes to train, and both are warned about.
 *
 * @param samples - with ids that occur once
 * @throws {@link DatasetError} without samples, or with `column` when a sample has no split
 * @throws `RangeError` for a seed or fractions out of range
 */
export function splitSamples(samples: readonly Sample[], options: SplitOptions): SampleSplits {
  checkOptions(samples, options);
  const { scheme } = options;
  const { nameOf, warnings } = assign(samples, options);
  const parts: Record<SplitName, Sample[]> = { train: [], validation: [], test: [] };
  for (const sample of samples) parts[nameOf(sample)].push(sample);
  return { ...parts, hash: hashIds(parts), warnings: [...warnings, ...warnAboutSplits(parts, scheme)] };
}

interface Assignment {
  readonly nameOf: (sample: Sample) => SplitName;
  readonly warnings: readonly string[];
}

function assign(samples: readonly Sample[], { scheme, seed, fractions = DEFAULT_FRACTIONS }: SplitOptions): Assignment {
  if (scheme === 'column') return { nameOf: (sample) => sample.split ?? 'train', warnings: [] };
  if (scheme === 'stratified') {
    const { names, warnings } = stratifiedSplit(samples, seed, fractions);
    return { nameOf: (sample) => names.get(sample.id) ?? 'train', warnings };
  }
  const trainCount = Math.floor(samples.length * ORIGINAL_TRAIN_SHARE);
  const train = new Set(orderByHash(samples, seed).slice(0, trainCount));
  return { nameOf: (sample) => (train.has(sample.id) ? 'train' : 'validation'), warnings: [] };
}

function checkOptions(samples: readonly Sample[], { seed, scheme, fractions = DEFAULT_FRACTIONS }: SplitOptions): void {
  if (samples.length === 0) throw new DatasetError('splitSamples: expected samples, got none.');
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`splitSamples: seed must be a whole number from 0, got ${seed}.`);
  }
  const { validation, test } = fractions;
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
    throw new RangeError(
      `splitSamples: fractions must be from 0 and less than 1 together, got validation ${validation} and test ${test}.`,
    );
  }
  const without = scheme === 'column' ? samples.find((sample) => sample.split === undefined) : undefined;
  if (!without) return;
  throw new DatasetError(
    `splitSamples: scheme "column" needs a split for every sample, line ${without.line} has none. Pass splitColumn to loadSamples.`,
    { line: without.line },
  );
}

function hashIds(parts: Readonly<Record<SplitName, readonly Sample[]>>): string {
  const hash = createHash('sha256');
  for (const name of ['train', 'validation', 'test'] as const) {
    hash.update(`${name}\n`);
    for (const { id } of parts[name]) hash.update(`${JSON.stringify(id)}\n`);
  }
  return hash.digest('hex');
}
