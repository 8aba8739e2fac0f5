import { describe, expect, it } from 'vitest';

import { differences, readGoldenCases, readPublished, titleOf } from './__golden__/readGolden.js';
import { logLoss } from './logLoss.js';

const cases = readGoldenCases();

describe('logLoss', () => {
  it.each(cases.map((each, i) => ({ title: titleOf(each, i), each })))(
    'agrees with scikit-learn 1.9.1 on $title',
    ({ each: { labels, probabilities, classes, weights, expected } }) => {
      const options = { classes, ...(weights && { sampleWeights: weights }) };
      expect(differences(logLoss(labels, probabilities, options), expected.logLoss)).toEqual([]);
    },
  );

  it('agrees with the value of the iris predictions', () => {
    const [iris] = (
      readPublished('scikit-learn-1.2.1.json') as {
        cases: readonly [{ y_true: number[]; y_score: number[]; log_loss: number }];
      }
    ).cases;
    const probabilities = iris.y_score.map((score) => [1 - score, score]);
    expect(differences(logLoss(iris.y_true, probabilities), iris.log_loss)).toEqual([]);
  });

  it('clips a confident mistake to the smallest step of float64', () => {
    expect(logLoss([0, 1], [[0, 1], [0, 1]])).toBeCloseTo(-Math.log(2 ** -52) / 2, 12); // prettier-ignore
  });

  it('follows the order of the classes', () => {
    const rows = [[0.9, 0.1]]; // prettier-ignore
    expect(logLoss(['b'], rows, { classes: ['b', 'a'] })).toBeCloseTo(-Math.log(0.9), 15);
  });

  it('names what is wrong', () => {
    const of = (labels: number[], rows: number[][], classes?: number[]) => () =>
      logLoss(labels, rows, classes ? { classes } : {});
    expect(of([], [])).toThrow('logLoss: labels must hold at least one sample, got none.');
    expect(of([0, 1], [[0.5, 0.5]])).toThrow('logLoss: probabilities must have one entry per label (2), got 1.');
    expect(of([0, 0], [[0.5, 0.5], [0.5, 0.5]])).toThrow('probabilities must have 1 columns, got 2 in row 0.'); // prettier-ignore
    expect(of([0], [[2.5, -1.5]], [0, 1])).toThrow(
      'logLoss: probabilities must lie in [0, 1], got 2.5 in row 0. Apply softmax to logits first.',
    );
    expect(of([0], [[NaN, 1]], [0, 1])).toThrow('logLoss: probabilities must lie in [0, 1], got NaN in row 0.');
    expect(of([0], [[0.5, 0.25]], [0, 1])).toThrow(
      'logLoss: each row of probabilities must sum to 1, got 0.75 in row 0.',
    );
    expect(of([7], [[0.5, 0.5]], [0, 1])).toThrow('logLoss: classes must hold every label, got 7 at index 0.');
  });
});
