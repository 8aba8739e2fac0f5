import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sampleOf, samplesOf } from '../__fixtures__/sampleOf.js';
import type { Sample } from '../reading/Sample.js';
import { splitSamples, type SampleSplits } from './splitSamples.js';

const NAMES = ['train', 'validation', 'test'] as const;

function idsOf(splits: SampleSplits): Record<string, string[]> {
  return Object.fromEntries(NAMES.map((name) => [name, splits[name].map(({ id }) => id)]));
}

function labelCounts(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { label } of samples) counts[label ?? ''] = (counts[label ?? ''] ?? 0) + 1;
  return counts;
}

describe('splitSamples, stratified', () => {
  it('puts 10% into validation and 20% into test of each label', () => {
    const samples = [
      ...samplesOf(1000, ['a', 'b']),
      ...Array.from({ length: 50 }, (_, i) => sampleOf(`c${i}`, { label: 'c' })),
    ];
    const splits = splitSamples(samples, { seed: 1, scheme: 'stratified' });
    expect(labelCounts(splits.train)).toEqual({ a: 350, b: 350, c: 35 });
    expect(labelCounts(splits.validation)).toEqual({ a: 50, b: 50, c: 5 });
    expect(labelCounts(splits.test)).toEqual({ a: 100, b: 100, c: 10 });
    expect(splits.warnings).toEqual([]);
  });

  it('puts every sample into one part, in the order of the input', () => {
    const samples = samplesOf(97, ['a', 'b', 'c']);
    const splits = splitSamples(samples, { seed: 3, scheme: 'stratified' });
    for (const name of NAMES) {
      const lines = splits[name].map(({ line }) => line);
      expect(lines).toEqual([...lines].sort((a, b) => a - b));
    }
    const all = NAMES.flatMap((name) => splits[name]);
    expect(new Set(all)).toEqual(new Set(samples));
    expect(all).toHaveLength(samples.length);
  });

  it('depends on the seed and the ids alone, not on the order of rows', () => {
    const samples = samplesOf(200, ['a', 'b']);
    const options = { seed: 5, scheme: 'stratified' } as const;
    const sorted = (splits: SampleSplits): string[][] => NAMES.map((name) => splits[name].map(({ id }) => id).sort());
    expect(sorted(splitSamples([...samples].reverse(), options))).toEqual(sorted(splitSamples(samples, options)));
    expect(sorted(splitSamples(samples, { ...options, seed: 6 }))).not.toEqual(sorted(splitSamples(samples, options)));
  });

  it('has each label of three or more samples in each part, whatever the fractions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 3, max: 30 }), { minLength: 1, maxLength: 6 }),
        fc.nat(1000),
        fc.record({
          validation: fc.double({ min: 0.01, max: 0.49, noNaN: true }),
          test: fc.double({ min: 0.01, max: 0.49, noNaN: true }),
        }),
        (sizes, seed, fractions) => {
          const samples = sizes.flatMap((size, label) =>
            Array.from({ length: size }, (_, i) => sampleOf(`${label}-${i}`, { label: `l${label}` })),
          );
          const splits = splitSamples(samples, { seed, scheme: 'stratified', fractions });
          for (const name of NAMES) expect(Object.keys(labelCounts(splits[name]))).toHaveLength(sizes.length);
          expect(splits.warnings).toEqual([]);
        },
      ),
      { seed: 11, numRuns: process.env.CROSSMODAL_VERIFY ? 500 : 50 },
    );
  });

  it('warns about labels that are too rare, and never leaves training without them', () => {
    const samples = [
      ...samplesOf(20, ['a', 'b']),
      sampleOf('x', { label: 'one' }),
      sampleOf('y', { label: 'two' }),
      sampleOf('z', { label: 'two' }),
    ];
    const splits = splitSamples(samples, { seed: 1, scheme: 'stratified' });
    expect(splits.warnings).toEqual([
      'fewer than 3 samples of "one", "two": not in every split, numbers about them mean nothing.',
    ]);
    expect(labelCounts(splits.train)).toMatchObject({ one: 1, two: 1 });
    expect(labelCounts(splits.test)).toMatchObject({ two: 1 });
    expect(labelCounts(splits.validation)).not.toHaveProperty('two');
  });

  it('does without a part whose fraction is 0, and says so', () => {
    const splits = splitSamples(samplesOf(40, ['a', 'b']), {
      seed: 1,
      scheme: 'stratified',
      fractions: { validation: 0.25, test: 0 },
    });
    expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([30, 10, 0]);
    expect(splits.warnings).toEqual(['the test split is empty: there is nothing to measure the final model on.']);
  });

  it('divides samples without labels, too', () => {
    const samples = samplesOf(10, ['a']).map((sample) => ({ ...sample, label: null }));
    const { train, validation, test } = splitSamples(samples, { seed: 1, scheme: 'stratified' });
    expect([train.length, validation.length, test.length]).toEqual([7, 1, 2]);
  });
});

describe('splitSamples, by column', () => {
  const split = (names: readonly ('train' | 'validation' | 'test')[]): Sample[] =>
    names.map((name, i) => sampleOf(`s${i}`, { split: name }));

  it('follows the column', () => {
    const splits = splitSamples(split(['test', 'train', 'validation', 'train']), { seed: 1, scheme: 'column' });
    expect(idsOf(splits)).toEqual({ train: ['s1', 's3'], validation: ['s2'], test: ['s0'] });
    expect(splits.warnings).toEqual([]);
  });

  it('warns about parts that are missing', () => {
    expect(splitSamples(split(['train']), { seed: 1, scheme: 'column' }).warnings).toEqual([
      'the test split is empty: there is nothing to measure the final model on.',
      'the validation split is empty: there is nothing to choose the best epoch by.',
    ]);
    expect(splitSamples(split(['test', 'validation']), { seed: 1, scheme: 'column' }).warnings).toEqual([
      'the train split is empty: there is nothing to learn from.',
    ]);
  });

  it('warns about labels that training never sees', () => {
    const samples = [...split(['train', 'validation', 'test']), sampleOf('n', { split: 'test', label: 'new' })];
    expect(splitSamples(samples, { seed: 1, scheme: 'column' }).warnings).toEqual([
      'no training samples of "new": a model cannot know them.',
    ]);
  });

  it('refuses a sample without a split, by its line', () => {
    expect(() => splitSamples([sampleOf('a', { line: 7 })], { seed: 1, scheme: 'column' })).toThrow(
      'splitSamples: scheme "column" needs a split for every sample, line 7 has none. Pass splitColumn to loadSamples.',
    );
  });
});

describe('splitSamples, original-80-20', () => {
  it('gives 80% to training and the rest to validation, and warns', () => {
    const splits = splitSamples(samplesOf(13, ['a', 'b']), { seed: 1, scheme: 'original-80-20' });
    expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([10, 3, 0]);
    expect(splits.warnings).toEqual([
      'there is no test split: the numbers are of the validation split, which also chose the best epoch. They are too good.',
    ]);
  });

  it('depends on the seed', () => {
    const samples = samplesOf(100, ['a']);
    const run = (seed: number): unknown => idsOf(splitSamples(samples, { seed, scheme: 'original-80-20' }));
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});

describe('splitSamples', () => {
  it('hashes the ids of each part', () => {
    const samples = [sampleOf('a', { split: 'train' }), sampleOf('b\n"', { split: 'test' })];
    const expected = createHash('sha256').update('train\n"a"\nvalidation\ntest\n"b\\n\\""\n').digest('hex');
    expect(splitSamples(samples, { seed: 1, scheme: 'column' }).hash).toBe(expected);
  });

  it('has another hash when one sample moves', () => {
    const at = (split: 'train' | 'test'): string =>
      splitSamples([sampleOf('a', { split: 'train' }), sampleOf('b', { split })], { seed: 1, scheme: 'column' }).hash;
    expect(at('train')).not.toBe(at('test'));
  });

  it('keeps its splits from one version to the next', () => {
    const { hash } = splitSamples(samplesOf(100, ['a', 'b', 'c']), { seed: 42, scheme: 'stratified' });
    expect(hash).toBe('bdb228d5df6372c288a4d0d81b2431249a001ea150ca7b39440c612047e598f6');
  });

  it('refuses no samples, seeds and fractions out of range', () => {
    const samples = samplesOf(3, ['a']);
    expect(() => splitSamples([], { seed: 1, scheme: 'stratified' })).toThrow(
      'splitSamples: expected samples, got none.',
    );
    expect(() => splitSamples(samples, { seed: -1, scheme: 'stratified' })).toThrow(
      new RangeError('splitSamples: seed must be a whole number from 0, got -1.'),
    );
    for (const fractions of [
      { validation: 0.5, test: 0.5 },
      { validation: -0.1, test: 0.2 },
      { validation: NaN, test: 0 },
    ]) {
      expect(() => splitSamples(samples, { seed: 1, scheme: 'stratified', fractions })).toThrow(
        `splitSamples: fractions must be from 0 and less than 1 together, got validation ${fractions.validation} and test ${fractions.test}.`,
      );
    }
  });
});
