import { describe, expect, it } from 'vitest';

import { differences, optionsOf, readGoldenCases, readPublished, titleOf } from './__golden__/readGolden.js';
import { classificationReport } from './classificationReport.js';
import { formatClassificationReport } from './formatClassificationReport.js';

const cases = readGoldenCases();

describe('formatClassificationReport', () => {
  it.each(cases.map((each, i) => ({ title: titleOf(each, i), each })))(
    'prints what scikit-learn 1.9.1 prints for $title',
    ({ each }) => {
      const report = classificationReport(each.labels, each.predictions, optionsOf(each));
      expect(formatClassificationReport(report, { digits: each.digits })).toBe(each.expected.report);
    },
  );

  it('prints the reports of two published runs', () => {
    const { runs } = readPublished('printed-real-runs.json') as {
      runs: readonly { printed: string; confusion_matrix: number[][] }[];
    };
    const names = [
      ['sadness', 'joy', 'love', 'anger', 'fear', 'surprise'],
      ['negative', 'positive'],
    ];
    runs.forEach(({ printed, confusion_matrix: matrix }, run) => {
      const pairs = matrix.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])));
      const labels = pairs.map(([label]) => label!);
      const predictions = pairs.map(([, prediction]) => prediction!);
      const report = classificationReport(labels, predictions, { classNames: names[run]! });
      expect(printed).toContain(formatClassificationReport(report));
    });
  });

  it('refuses digits that are no whole number', () => {
    const report = classificationReport([0], [0]);
    expect(() => formatClassificationReport(report, { digits: 1.5 })).toThrow(
      'formatClassificationReport: digits must be a whole number from 0 to 100, got 1.5.',
    );
  });
});

describe('classificationReport', () => {
  it('names the classes', () => {
    const { classes, accuracy, macro } = classificationReport([0, 1, 1], [0, 1, 0], { classNames: ['bad', 'good'] });
    expect(classes).toEqual([
      { name: 'bad', precision: 0.5, recall: 1, f1: 2 / 3, support: 1 },
      { name: 'good', precision: 1, recall: 0.5, f1: 2 / 3, support: 2 },
    ]);
    expect(accuracy).toBe(2 / 3);
    expect(macro).toEqual({ name: 'macro avg', precision: 0.75, recall: 0.75, f1: 2 / 3, support: 3 });
  });

  it('has no accuracy when a class that occurs is left out', () => {
    const { accuracy, micro } = classificationReport([1, 1, 2], [1, 2, 2], { classes: [1] });
    expect(accuracy).toBeNull();
    expect(differences(micro.f1, 2 / 3)).toEqual([]);
  });

  it('refuses another number of names than classes', () => {
    expect(() => classificationReport([0, 1], [0, 1], { classNames: ['one'] })).toThrow(
      new RangeError('classificationReport: classNames must name 2 classes, got 1.'),
    );
  });
});
