import { describe, expect, it } from 'vitest';

import { readPublished } from './__golden__/readGolden.js';
import { confusionMatrix } from './confusionMatrix.js';

describe('confusionMatrix', () => {
  it('puts the truth in rows', () => {
    const { classes, counts } = confusionMatrix(['cat', 'cat', 'dog'], ['dog', 'cat', 'dog']);
    expect(classes).toEqual(['cat', 'dog']);
    expect(counts).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it('sorts numbers by value and strings by code point', () => {
    expect(confusionMatrix([10, 9, -1], [9, 10, -1]).classes).toEqual([-1, 9, 10]);
    // U+FF5E lies before U+1F600, though its UTF-16 unit lies after.
    expect(confusionMatrix(['😀', '～', 'é', 'Z', 'a', 'ab'], ['😀', '～', 'é', 'Z', 'a', 'ab']).classes).toEqual([
      'Z',
      'a',
      'ab',
      'é',
      '～',
      '😀',
    ]);
  });

  it('reads typed arrays', () => {
    expect(confusionMatrix(Int32Array.of(0, 1), Int32Array.of(1, 1)).counts).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('follows the classes it is given and leaves out others', () => {
    const { counts } = confusionMatrix([0, 1, 2, 2], [0, 2, 2, 1], { classes: [2, 1] });
    expect(counts).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it('rebuilds the matrices of two printed runs', () => {
    const { runs } = readPublished('printed-real-runs.json') as { runs: readonly { confusion_matrix: number[][] }[] };
    expect(runs).toHaveLength(2);
    for (const { confusion_matrix: printed } of runs) {
      const pairs = printed.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])));
      const labels = pairs.map(([label]) => label!);
      expect(confusionMatrix(labels, pairs.map(([, guess]) => guess!)).counts).toEqual(printed); // prettier-ignore
    }
  });

  it('refuses classes of which none occurs', () => {
    expect(() => confusionMatrix([0, 1], [0, 1], { classes: [5] })).toThrow(
      'confusionMatrix: classes must hold at least one of the labels, got none that occurs.',
    );
  });
});
