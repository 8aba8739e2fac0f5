import { describe, expect, it } from 'vitest';

import { differences, readGoldenCases, titleOf } from './__golden__/readGolden.js';
import { rocAucOneVsRest } from './rocAucOneVsRest.js';

const cases = readGoldenCases();
const multiclass = cases
  .map((each, i) => ({ title: titleOf(each, i), each }))
  .filter(({ each }) => 'rocAuc perClass' in each.expected);

describe('rocAucOneVsRest', () => {
  it.each(multiclass)(
    'agrees with scikit-learn 1.9.1 on $title',
    ({ each: { labels, probabilities, classes, weights, expected } }) => {
      const options = { classes, ...(weights && { sampleWeights: weights }) };
      const area = (average: 'macro' | 'weighted') => rocAucOneVsRest(labels, probabilities, { ...options, average });
      expect(differences(area('macro'), expected['rocAuc macro'])).toEqual([]);
      expect(differences(area('weighted'), expected['rocAuc weighted'])).toEqual([]);
      const perClass = rocAucOneVsRest(labels, probabilities, { ...options, average: null });
      expect(differences(perClass, expected['rocAuc perClass'])).toEqual([]);
    },
  );

  const labels = ['a', 'b', 'a'];
  const probabilities = [
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.3, 0.4, 0.3],
  ];
  const classes = ['a', 'b', 'c'];

  it('says what an absent class gives', () => {
    expect(rocAucOneVsRest(labels, probabilities, { classes, average: null })).toEqual([1, 1, NaN]);
    expect(rocAucOneVsRest(labels, probabilities, { classes })).toBeNaN();
    expect(rocAucOneVsRest(labels, probabilities, { classes, whenUndefined: 0.25 })).toBe(0.75);
    expect(rocAucOneVsRest(labels, probabilities, { classes, average: 'weighted' })).toBe(1);
  });

  it('names what is wrong', () => {
    expect(() => rocAucOneVsRest(labels, probabilities)).toThrow(
      'rocAucOneVsRest: probabilities must have 2 columns, got 3 in row 0.',
    );
    expect(() => rocAucOneVsRest(labels, probabilities, { classes: ['a', 'c', 'd'] })).toThrow(
      "rocAucOneVsRest: classes must hold every label, got 'b' at index 1.",
    );
    expect(() => rocAucOneVsRest([], [])).toThrow('rocAucOneVsRest: labels must hold at least one sample, got none.');
  });
});
