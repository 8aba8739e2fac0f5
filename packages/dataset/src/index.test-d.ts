import { assertType, expectTypeOf, test } from 'vitest';

import {
  checkDataset,
  createBatches,
  type DatasetCheck,
  type DuplicateGroup,
  type FetchFailureReason,
  fetchImages,
  type FetchReport,
  findDuplicates,
  generateReviewWorld,
  ImageError,
  type ImageErrorReason,
  LabelEncoder,
  loadSamples,
  readTruth,
  type ReviewKind,
  type Sample,
  type SampleSplits,
  type SplitName,
  splitSamples,
} from './index.js';

const samples: readonly Sample[] = [];

test('a batch has the type that collate gives, and load feeds collate', () => {
  const batches = createBatches({
    samples,
    batchSize: 2,
    shuffle: true,
    seed: 1,
    epoch: 0,
    load: (sample) => Promise.resolve({ length: sample.text.length }),
    collate: (items) => Int32Array.from(items, (item) => item.length),
  });
  expectTypeOf(batches).toEqualTypeOf<AsyncIterable<Int32Array<ArrayBuffer>>>();
  createBatches<number, number[]>({
    samples,
    batchSize: 2,
    shuffle: true,
    seed: 1,
    epoch: 0,
    // @ts-expect-error load gives a string where collate wants numbers
    load: (sample) => Promise.resolve(sample.id),
    collate: (items) => [...items],
  });
});

test('an order needs its seed and epoch', () => {
  // @ts-expect-error without an epoch every epoch would be the same
  createBatches({ samples, batchSize: 2, shuffle: true, seed: 1, load: () => Promise.resolve(1), collate: () => 1 });
});

test('splits go from one function to the next', () => {
  const splits = splitSamples(samples, { seed: 1, scheme: 'stratified' });
  expectTypeOf(splits).toEqualTypeOf<SampleSplits>();
  expectTypeOf(findDuplicates(splits)).toEqualTypeOf<Promise<readonly DuplicateGroup[]>>();
  // @ts-expect-error a scheme that does not exist
  splitSamples(samples, { seed: 1, scheme: 'random' });
  // @ts-expect-error a stratified split is by seed
  splitSamples(samples, { scheme: 'stratified' });
});

test('a label may be absent, a split may be unknown', () => {
  expectTypeOf<Sample['label']>().toEqualTypeOf<string | null>();
  expectTypeOf<Sample['split']>().toEqualTypeOf<SplitName | undefined>();
  // @ts-expect-error null is not a label
  LabelEncoder.fit([samples[0]?.label ?? null]);
});

test('reading takes its columns by name', () => {
  void loadSamples('a.csv', { imageColumn: null, labelColumn: null });
  // @ts-expect-error every row has a text
  void loadSamples('a.csv', { textColumn: null });
  // @ts-expect-error Parquet is not read
  void loadSamples('a.parquet', { format: 'parquet' });
  expectTypeOf(checkDataset('a.csv')).toEqualTypeOf<Promise<DatasetCheck>>();
});

test('results are read-only', async () => {
  const { samples: loaded } = await loadSamples('a.csv');
  // @ts-expect-error samples are not changed in place
  assertType<Sample[]>(loaded);
  const truth = await readTruth('truth.json');
  expectTypeOf(truth.reviews[0]?.kind).toEqualTypeOf<ReviewKind | undefined>();
});

test('the world has three sizes and no fourth', () => {
  void generateReviewWorld('world', { sizes: { train: 10 } });
  // @ts-expect-error the world has no such split
  void generateReviewWorld('world', { sizes: { holdout: 10 } });
});

test('an image error has a reason that can be counted', () => {
  assertType<ImageErrorReason>(new ImageError('a.jpg', 'missing', 'no such file').reason);
  // @ts-expect-error reasons are few
  new ImageError('a.jpg', 'ugly', 'in bad taste');
});

test('images are fetched with options by name, and a failure has a reason that can be switched over', async () => {
  const report = await fetchImages('posts.csv', { column: 'image_url', signal: new AbortController().signal });
  expectTypeOf(report).toEqualTypeOf<FetchReport>();
  expectTypeOf(report.failures[0]?.reason).toEqualTypeOf<FetchFailureReason | undefined>();
  // @ts-expect-error no such option
  await fetchImages('posts.csv', { timeout: 3 });
});
