import { describe, expect, it } from 'vitest';

import { type GoldenCase, readGoldenCases, titleOf } from './__golden__/readGolden.js';
import { accuracy } from './accuracy.js';
import { balancedAccuracy } from './balancedAccuracy.js';
import { ClassificationAccumulator } from './ClassificationAccumulator.js';
import { bootstrapInterval } from './bootstrapInterval.js';
import { f1 } from './f1.js';
import { logLoss } from './logLoss.js';
import { rocAuc } from './rocAuc.js';
import { rocAucOneVsRest } from './rocAucOneVsRest.js';
import { selectRows } from './selectRows.js';

const cases = readGoldenCases();

/** A small generator of its own, so that the draws never change. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function accumulate({ labels, predictions, probabilities, classes }: GoldenCase, batchSize: number) {
  const accumulator = new ClassificationAccumulator({ classes });
  for (let from = 0; from < labels.length; from += batchSize) {
    const to = from + batchSize;
    accumulator.update({
      labels: labels.slice(from, to),
      predictions: predictions.slice(from, to),
      probabilities: probabilities.slice(from, to),
    });
  }
  return accumulator;
}

describe('ClassificationAccumulator', () => {
  it.each(cases.filter((_, i) => i % 5 === 0).map((each, i) => ({ title: titleOf(each, i), each })))(
    'gives the same bits however $title is split',
    ({ each }) => {
      const whole = accumulate(each, 1000).result();
      expect(accumulate(each, 1).result()).toEqual(whole);
      expect(accumulate(each, 3).result()).toEqual(whole);
      expect(whole.samples).toBe(each.labels.length);
    },
  );

  it('agrees with the single metrics', () => {
    const each = cases.find(({ classes, weights }) => classes.length > 2 && !weights)!;
    const { labels, predictions, probabilities, classes } = each;
    const { metrics, confusionMatrix } = accumulate(each, 4).result();
    expect(metrics.accuracy).toBe(accuracy(labels, predictions));
    expect(metrics.balancedAccuracy).toBe(balancedAccuracy(labels, predictions));
    expect(metrics.f1).toBe(f1(labels, predictions, { classes }));
    expect(metrics.logLoss).toBe(logLoss(labels, probabilities, { classes }));
    expect(metrics.rocAuc).toBe(rocAucOneVsRest(labels, probabilities, { classes }));
    expect(confusionMatrix.classes).toEqual(classes);
  });

  it('takes the second of two classes as the positive one', () => {
    const labels = ['yes', 'no', 'yes', 'no'];
    const probabilities = [
      [0.1, 0.9],
      [0.6, 0.4],
      [0.7, 0.3],
      [0.8, 0.2],
    ];
    const accumulator = new ClassificationAccumulator({ classes: ['no', 'yes'] });
    accumulator.update({ labels, predictions: ['yes', 'no', 'no', 'no'], probabilities });
    const second = probabilities.map(([, score]) => score!);
    expect(accumulator.result().metrics.rocAuc).toBe(rocAuc(labels, second, { positiveLabel: 'yes' }));
    const reversed = new ClassificationAccumulator({ classes: ['yes', 'no'] });
    const swapped = probabilities.map(([a, b]) => [b!, a!]);
    reversed.update({ labels, predictions: ['yes', 'no', 'no', 'no'], probabilities: swapped });
    expect(reversed.result().metrics.rocAuc).toBe(0.75);
    expect(reversed.result().metrics.logLoss).toBe(accumulator.result().metrics.logLoss);
  });

  it('knows neither log loss nor area without probabilities', () => {
    const accumulator = new ClassificationAccumulator({ classes: [0, 1] });
    accumulator.update({ labels: [0, 1], predictions: [0, 0] });
    expect(Object.keys(accumulator.result().metrics)).toEqual([
      'accuracy',
      'balancedAccuracy',
      'precision',
      'recall',
      'f1',
      'matthewsCorrelation',
    ]);
  });

  it('copies what it is given', () => {
    const row = [0.9, 0.1];
    const labels = [0];
    const accumulator = new ClassificationAccumulator({ classes: [0, 1] });
    accumulator.update({ labels, predictions: [0], probabilities: [row] });
    row[0] = 0.1;
    labels[0] = 1;
    expect(accumulator.result().metrics.logLoss).toBe(-Math.log(0.9));
    expect(accumulator.result().metrics.accuracy).toBe(1);
  });

  it('bounds every headline number', () => {
    const each = cases.find(
      ({ labels, classes, kind }) => labels.length > 12 && classes.length > 2 && kind === 'ties',
    )!;
    const accumulator = accumulate(each, 5);
    const intervals = accumulator.intervals({ random: seededRandom(7), samples: 50 });
    const { metrics } = accumulator.result();
    expect(Object.keys(intervals)).toEqual(Object.keys(metrics));
    expect(Object.values(intervals).map(({ value }) => value)).toEqual(Object.values(metrics));
    expect(intervals.accuracy!.low).toBeLessThan(metrics.accuracy);
    expect(intervals.accuracy!.high).toBeGreaterThan(metrics.accuracy);
    expect(intervals).toEqual(accumulate(each, 1000).intervals({ random: seededRandom(7), samples: 50 }));
  });

  it.each([2, 3])('gives the intervals of the single metrics on the resampled rows, of %i classes', (numClasses) => {
    const draw = seededRandom(numClasses);
    const classes = ['a', 'b', 'c'].slice(0, numClasses);
    const labels = Array.from({ length: 40 }, () => classes[Math.floor(draw() * numClasses)]!);
    const predictions = Array.from({ length: 40 }, () => classes[Math.floor(draw() * numClasses)]!);
    // Tenths, so that scores are tied, 0 and 1 among them.
    const probabilities = labels.map(() => {
      const first = Math.floor(draw() * 11) / 10;
      return numClasses === 2 ? [first, 1 - first] : [first, (1 - first) / 4, ((1 - first) * 3) / 4];
    });
    const accumulator = new ClassificationAccumulator({ classes });
    accumulator.update({ labels, predictions, probabilities });
    const options = { size: labels.length, samples: 60 };
    const intervals = accumulator.intervals({ ...options, random: seededRandom(9) });
    const single: Record<string, (rows: Int32Array) => number> = {
      accuracy: (rows) => accuracy(selectRows(labels, rows), selectRows(predictions, rows)),
      f1: (rows) => f1(selectRows(labels, rows), selectRows(predictions, rows), { classes }),
      logLoss: (rows) => logLoss(selectRows(labels, rows), selectRows(probabilities, rows), { classes }),
      rocAuc: (rows) =>
        numClasses === 2
          ? rocAuc(
              selectRows(labels, rows),
              Array.from(selectRows(probabilities, rows), ([, second]) => second!),
            )
          : rocAucOneVsRest(selectRows(labels, rows), selectRows(probabilities, rows), { classes }),
    };
    for (const [name, statistic] of Object.entries(single)) {
      const expected = bootstrapInterval(statistic, { ...options, random: seededRandom(9) });
      for (const end of ['low', 'high'] as const) expect(intervals[name]![end]).toBeCloseTo(expected[end], 12);
    }
  });

  it('leaves no trace of a rejected batch', () => {
    const accumulator = new ClassificationAccumulator({ classes: [0, 1] });
    accumulator.update({ labels: [0], predictions: [0], probabilities: [[1, 0]] });
    const before = accumulator.result();
    expect(() => accumulator.update({ labels: [1], predictions: [1], probabilities: [[3, -2]] })).toThrow(
      'ClassificationAccumulator: probabilities must lie in [0, 1], got 3 in row 0.',
    );
    expect(() => accumulator.update({ labels: [1], predictions: [2], probabilities: [[0, 1]] })).toThrow(
      'ClassificationAccumulator: labels and predictions must be among the classes, got 2.',
    );
    expect(() => accumulator.update({ labels: [1], predictions: [1] })).toThrow(
      'ClassificationAccumulator: probabilities must come with every batch or with none, got both after 1 samples.',
    );
    expect(() => accumulator.update({ labels: [], predictions: [] })).toThrow(
      'ClassificationAccumulator: labels must hold at least one sample, got none.',
    );
    expect(accumulator.result()).toEqual(before);
  });

  it('refuses to speak before the first sample', () => {
    const accumulator = new ClassificationAccumulator({ classes: [0, 1] });
    const message = 'ClassificationAccumulator: update must add at least one sample first.';
    expect(() => accumulator.result()).toThrow(message);
    expect(() => accumulator.intervals({ random: () => 0 })).toThrow(message);
  });

  it('refuses bad options', () => {
    expect(() => new ClassificationAccumulator({ classes: [] })).toThrow('classes must name at least one class');
    expect(() => new ClassificationAccumulator({ classes: [1, 1] })).toThrow('classes must be distinct, got 1 twice.');
    expect(() => new ClassificationAccumulator({ classes: [1], zeroDivision: 2 })).toThrow(
      'ClassificationAccumulator: zeroDivision must be 0, 1 or NaN, got 2.',
    );
  });
});
