import { describe, expect, it } from 'vitest';

import { differences, optionsOf, readGoldenCases, readPublished, titleOf } from './__golden__/readGolden.js';
import { accuracy } from './accuracy.js';
import { balancedAccuracy } from './balancedAccuracy.js';
import { classificationScores } from './classificationScores.js';
import { cohenKappa } from './cohenKappa.js';
import { confusionMatrix } from './confusionMatrix.js';
import { f1 } from './f1.js';
import { matthewsCorrelation } from './matthewsCorrelation.js';
import { precision } from './precision.js';
import { recall } from './recall.js';

const cases = readGoldenCases();

describe('scores agree with scikit-learn 1.9.1', () => {
  it.each(cases.map((each, i) => ({ title: titleOf(each, i), each })))('$title', ({ each }) => {
    const { labels, predictions, expected, weights } = each;
    const sampleWeights = weights && { sampleWeights: weights };
    const plain = { ...sampleWeights };
    expect(differences(accuracy(labels, predictions, plain), expected.accuracy)).toEqual([]);
    expect(differences(balancedAccuracy(labels, predictions, plain), expected.balancedAccuracy)).toEqual([]);
    expect(differences(matthewsCorrelation(labels, predictions, plain), expected.matthewsCorrelation)).toEqual([]);
    expect(differences(cohenKappa(labels, predictions, plain), expected.cohenKappa)).toEqual([]);
    for (const average of ['macro', 'micro', 'weighted'] as const) {
      const options = { ...optionsOf(each), average };
      const actual = [precision, recall, f1].map((score) => score(labels, predictions, options));
      expect(differences(actual, expected[average], average)).toEqual([]);
    }
    const options = { ...optionsOf(each), average: null };
    const perClass = [precision, recall, f1].map((score) => score(labels, predictions, options));
    expect(differences(perClass, expected.perClass, 'per class')).toEqual([]);
  });

  it.each(cases.map((each, i) => ({ title: titleOf(each, i), each })))('support and counts of $title', ({ each }) => {
    const { labels, predictions, expected, reported, weights } = each;
    const sampleWeights = weights && { sampleWeights: weights };
    const options = { ...(reported && { classes: reported }), ...sampleWeights };
    const matrix = confusionMatrix(labels, predictions, options);
    expect(differences(matrix.counts, expected.confusionMatrix)).toEqual([]);
    const all = confusionMatrix(labels, predictions, { ...sampleWeights });
    const { perClass } = classificationScores(all, reported ? { classes: reported } : {});
    expect(
      differences(
        perClass.map(({ support }) => support),
        expected.support,
      ),
    ).toEqual([]);
  });
});

interface PublishedCase {
  readonly name: string;
  readonly y_true: readonly string[] | readonly number[];
  readonly y_pred: readonly string[] | readonly number[];
  readonly options: { readonly labels?: readonly number[]; readonly zero_division?: number };
  readonly [score: string]: unknown;
}

describe("scores agree with the values of scikit-learn's own tests", () => {
  const published = (readPublished('scikit-learn-1.2.1.json') as { cases: readonly PublishedCase[] }).cases;

  it.each(published)('$name', ({ y_true: labels, y_pred: predictions, options, ...expected }) => {
    const given = {
      ...(options.labels && { classes: options.labels }),
      ...(options.zero_division !== undefined && { zeroDivision: options.zero_division }),
    };
    expect(differences(accuracy(labels, predictions), expected.accuracy)).toEqual([]);
    expect(differences(balancedAccuracy(labels, predictions), expected.balanced_accuracy)).toEqual([]);
    expect(differences(matthewsCorrelation(labels, predictions), expected.matthews)).toEqual([]);
    expect(differences(cohenKappa(labels, predictions), expected.cohen_kappa)).toEqual([]);
    for (const average of ['macro', 'micro', 'weighted'] as const) {
      const actual = [precision, recall, f1].map((score) => score(labels, predictions, { ...given, average }));
      expect(differences(actual, (expected[`prfs_${average}`] as unknown[]).slice(0, 3), average)).toEqual([]);
    }
  });
});

describe('classificationScores', () => {
  const matrix = {
    classes: ['a', 'b', 'c'],
    counts: [
      [5, 2, 0],
      [1, 3, 1],
      [0, 2, 6],
    ],
  };

  it('ignores the order of the classes', () => {
    const order = [2, 0, 1];
    const permuted = {
      classes: order.map((i) => matrix.classes[i]!),
      counts: order.map((i) => order.map((j) => matrix.counts[i]![j]!)),
    };
    const { perClass, ...scores } = classificationScores(matrix);
    const { perClass: permutedPerClass, ...permutedScores } = classificationScores(permuted);
    expect(differences(Object.values(permutedScores.macro), Object.values(scores.macro))).toEqual([]);
    expect(permutedScores.accuracy).toBe(scores.accuracy);
    expect(permutedPerClass.map(({ label }) => label)).toEqual(['c', 'a', 'b']);
    expect(permutedPerClass[1]).toEqual(perClass[0]);
  });

  it('leaves undefined classes out of averages when zeroDivision is NaN', () => {
    const never = { classes: [0, 1], counts: [[3, 0], [1, 0]] }; // prettier-ignore
    expect(classificationScores(never, { zeroDivision: NaN }).macro.precision).toBe(0.75);
    expect(classificationScores(never, { zeroDivision: 1 }).macro.precision).toBe(0.875);
    expect(classificationScores(never).macro.precision).toBe(0.375);
  });

  it('refuses a matrix that is not square', () => {
    expect(() => classificationScores({ classes: [0, 1], counts: [[1, 2]] })).toThrow(
      'classificationScores: counts must be 2 x 2, one row and column per class.',
    );
  });

  it('refuses a matrix without samples', () => {
    expect(() => classificationScores({ classes: [0], counts: [[0]] })).toThrow(
      'classificationScores: the matrix must count at least one sample, got a total of 0.',
    );
  });

  it('refuses any other zeroDivision', () => {
    expect(() => classificationScores(matrix, { zeroDivision: 0.5 })).toThrow(
      'classificationScores: zeroDivision must be 0, 1 or NaN, got 0.5.',
    );
  });
});
