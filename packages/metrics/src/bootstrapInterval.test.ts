import { describe, expect, it } from 'vitest';

import { differences, readLines } from './__golden__/readGolden.js';
import { accuracy } from './accuracy.js';
import { bootstrapInterval } from './bootstrapInterval.js';
import { pairedBootstrap } from './pairedBootstrap.js';
import { selectRows } from './selectRows.js';

interface BootstrapCase {
  readonly labels: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly draws: readonly number[];
  readonly samples: number;
  readonly level: number;
  readonly interval: readonly number[];
  readonly difference: readonly number[];
}

const cases = readLines('bootstrap.golden.jsonl') as readonly BootstrapCase[]; // written by generate.py

/** Hands out given draws in turn. */
function replay(draws: readonly number[]): () => number {
  let next = 0;
  return () => draws[next++ % draws.length]!;
}

describe('bootstrapInterval', () => {
  it.each(cases)('agrees with numpy 2.4.6 on the same draws ($samples samples)', (each) => {
    const { labels, first, draws, samples, level } = each;
    const statistic = (rows: Int32Array) => accuracy(selectRows(labels, rows), selectRows(first, rows));
    const interval = bootstrapInterval(statistic, { size: labels.length, random: replay(draws), samples, level });
    expect(differences([interval.low, interval.high], each.interval)).toEqual([]);
    expect(interval.value).toBe(accuracy(labels, first));
    expect(interval.undefinedSamples).toBe(0);
  });

  it('gives the same interval for the same random numbers, and draws every sample', () => {
    const seen = new Set<number>();
    const run = () =>
      bootstrapInterval(
        (rows) => {
          rows.forEach((row) => seen.add(row));
          return rows.reduce((sum, row) => sum + row, 0);
        },
        { size: 5, random: replay([0, 0.999999, 0.2, 0.5, 0.7, 0.35]), samples: 30 },
      );
    expect(run()).toEqual(run());
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('leaves undefined resamples out and counts them', () => {
    const values = [7, NaN, 1, 2, NaN, 3];
    let call = 0;
    const interval = bootstrapInterval(() => values[call++]!, { size: 1, random: () => 0, samples: 5, level: 0.5 });
    expect(interval).toEqual({ value: 7, low: 1.5, high: 2.5, undefinedSamples: 2 });
    const never = bootstrapInterval(() => NaN, { size: 1, random: () => 0, samples: 3 });
    expect(never).toEqual({ value: NaN, low: NaN, high: NaN, undefinedSamples: 3 });
  });

  it('names what is wrong', () => {
    const random = () => 0;
    const run = (options: object) => () => bootstrapInterval(() => 0, { size: 1, random, ...options });
    expect(run({ size: 0 })).toThrow('bootstrapInterval: size must be a positive whole number, got 0.');
    expect(run({ samples: 2.5 })).toThrow('bootstrapInterval: samples must be a positive whole number, got 2.5.');
    expect(run({ level: 95 })).toThrow('bootstrapInterval: level must lie between 0 and 1, got 95.');
    expect(run({ random: () => 1 })).toThrow('bootstrapInterval: random must return numbers in [0, 1), got 1.');
  });
});

describe('pairedBootstrap', () => {
  it.each(cases)('agrees with numpy 2.4.6 on the same draws ($samples samples)', (each) => {
    const { labels, first, second, draws, samples, level } = each;
    const of = (guesses: readonly number[]) => (rows: Int32Array) =>
      accuracy(selectRows(labels, rows), selectRows(guesses, rows));
    const options = { size: labels.length, random: replay(draws), samples, level };
    const interval = pairedBootstrap(of(first), of(second), options);
    expect(differences([interval.low, interval.high], each.difference)).toEqual([]);
    expect(differences(interval.value, accuracy(labels, first) - accuracy(labels, second))).toEqual([]);
  });

  it('says in which share of resamples the first is larger, ties half', () => {
    const differencesInTurn = [9, 1, -1, 0, 2, NaN];
    let call = 0;
    const first = () => differencesInTurn[call++]!;
    const interval = pairedBootstrap(first, () => 0, { size: 1, random: () => 0, samples: 5 });
    expect(interval.value).toBe(9);
    expect(interval.shareAbove).toBe(2.5 / 4);
    expect(interval.undefinedSamples).toBe(1);
  });

  it('names what is wrong', () => {
    expect(() =>
      pairedBootstrap(
        () => 0,
        () => 0,
        { size: -1, random: () => 0 },
      ),
    ).toThrow(
      // prettier-ignore
      'pairedBootstrap: size must be a positive whole number, got -1.',
    );
  });
});

describe('selectRows', () => {
  it('refuses an index outside the values', () => {
    expect(() => selectRows(['a', 'b'], [0, 2])).toThrow('selectRows: indices must lie in [0, 2), got 2.');
    expect(() => selectRows(['a', 'b'], [-1])).toThrow('selectRows: indices must lie in [0, 2), got -1.');
  });
});
