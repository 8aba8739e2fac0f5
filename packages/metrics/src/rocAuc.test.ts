import { describe, expect, it } from 'vitest';

import { differences, readGoldenCases, readPublished, titleOf } from './__golden__/readGolden.js';
import { rocAuc } from './rocAuc.js';

const cases = readGoldenCases();

describe('rocAuc', () => {
  it.each(cases.map((each, i) => ({ title: titleOf(each, i), each })).filter(({ each }) => 'rocAuc' in each.expected))(
    'agrees with scikit-learn 1.9.1 on $title',
    ({ each: { labels, probabilities, weights, expected } }) => {
      const scores = probabilities.map(([, second]) => second!);
      const options = weights ? { sampleWeights: weights } : {};
      expect(differences(rocAuc(labels, scores, options), expected.rocAuc)).toEqual([]);
    },
  );

  it('agrees with the value of the iris predictions', () => {
    const [iris] = (
      readPublished('scikit-learn-1.2.1.json') as {
        cases: readonly [{ y_true: number[]; y_score: number[]; roc_auc: number }];
      }
    ).cases;
    expect(differences(rocAuc(iris.y_true, iris.y_score), iris.roc_auc)).toEqual([]);
  });

  it('counts a tie half, however the samples are ordered', () => {
    expect(rocAuc([0, 1], [0.5, 0.5])).toBe(0.5);
    expect(rocAuc([1, 0], [0.5, 0.5])).toBe(0.5);
    expect(rocAuc([0, 1, 1, 0], [1, 1, 2, 0])).toBe(0.875);
  });

  it('takes the class that scores speak for', () => {
    expect(rocAuc(['spam', 'ham'], [0.9, 0.1], { positiveLabel: 'spam' })).toBe(1);
    expect(rocAuc(['spam', 'ham'], [0.9, 0.1], { positiveLabel: 'ham' })).toBe(0);
  });

  it('says what one class alone gives', () => {
    expect(rocAuc([1, 1], [0.2, 0.3])).toBeNaN();
    expect(rocAuc([1, 1], [0.2, 0.3], { whenUndefined: 0.5 })).toBe(0.5);
  });

  it('names what is wrong', () => {
    expect(() => rocAuc([], [])).toThrow('rocAuc: labels must hold at least one sample, got none.');
    expect(() => rocAuc([0, 1], [1])).toThrow('rocAuc: scores must have one entry per label (2), got 1.');
    expect(() => rocAuc([0, 1], [1, NaN])).toThrow('rocAuc: scores must be finite, got NaN at index 1.');
    expect(() => rocAuc([0, 1, 2], [1, 2, 3])).toThrow(
      'rocAuc: labels must be of at most two classes, got 3 (0, 1, 2). Use rocAucOneVsRest.',
    );
  });
});
