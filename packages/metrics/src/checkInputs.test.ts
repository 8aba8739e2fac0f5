import { describe, expect, it } from 'vitest';

import { accuracy } from './accuracy.js';
import { balancedAccuracy } from './balancedAccuracy.js';
import { classificationReport } from './classificationReport.js';
import { cohenKappa } from './cohenKappa.js';
import { confusionMatrix } from './confusionMatrix.js';
import { f1 } from './f1.js';
import { matthewsCorrelation } from './matthewsCorrelation.js';
import { precision } from './precision.js';
import { type Labels } from './readLabels.js';
import { recall } from './recall.js';

type Metric = (
  labels: Labels,
  predictions: Labels,
  options?: { readonly classes?: Labels; readonly sampleWeights?: ArrayLike<number> },
) => unknown;

const metrics: Readonly<Record<string, Metric>> = {
  accuracy,
  balancedAccuracy,
  classificationReport,
  cohenKappa,
  confusionMatrix,
  f1,
  matthewsCorrelation,
  precision,
  recall,
};

describe.each(Object.entries(metrics))('%s', (name, metric) => {
  it('refuses no samples', () => {
    expect(() => metric([], [])).toThrow(new RangeError(`${name}: labels must hold at least one sample, got none.`));
  });

  it('refuses different lengths', () => {
    expect(() => metric([0, 1, 1], [0, 1])).toThrow(
      new RangeError(`${name}: predictions must have one entry per label (3), got 2.`),
    );
  });

  it('refuses NaN and fractions', () => {
    expect(() => metric([0, NaN], [0, 1])).toThrow(
      new RangeError(`${name}: labels must be whole numbers, got NaN at index 1.`),
    );
    expect(() => metric([0, 1], [0.5, 1])).toThrow(
      new RangeError(`${name}: predictions must be whole numbers, got 0.5 at index 0.`),
    );
  });

  it('refuses a mixture of numbers and strings', () => {
    const mixed = [0, '1'] as unknown as Labels; // what a caller without types may pass
    expect(() => metric(mixed, [0, 1])).toThrow(
      new TypeError(`${name}: labels must be all numbers or all strings, got both (first at index 1).`),
    );
    expect(() => metric([0, 1], ['0', '1'])).toThrow(
      new TypeError(`${name}: predictions must be numbers as the labels are, got strings.`),
    );
    expect(() => metric([null, 1] as unknown as Labels, [0, 1])).toThrow(
      new TypeError(`${name}: labels must be whole numbers or strings, got object at index 0.`),
    );
  });

  it('refuses bad sample weights', () => {
    const weigh = (sampleWeights: number[]) => () => metric([0, 1], [0, 1], { sampleWeights });
    expect(weigh([1])).toThrow(new RangeError(`${name}: sampleWeights must have one entry per label (2), got 1.`));
    expect(weigh([1, -0.5])).toThrow(
      new RangeError(`${name}: sampleWeights must be finite and at least 0, got -0.5 at index 1.`),
    );
    expect(weigh([NaN, 1])).toThrow(
      new RangeError(`${name}: sampleWeights must be finite and at least 0, got NaN at index 0.`),
    );
    expect(weigh([0, 0])).toThrow(new RangeError(`${name}: sampleWeights must not all be 0.`));
  });
});

const withClasses: Readonly<Record<string, Metric>> = { classificationReport, confusionMatrix, f1, precision, recall };

describe.each(Object.entries(withClasses))('%s', (name, metric) => {
  it('refuses bad classes', () => {
    const naming = (classes: Labels) => () => metric(['a', 'b'], ['a', 'b'], { classes });
    expect(naming([])).toThrow(new RangeError(`${name}: classes must name at least one class, got none.`));
    expect(naming(['a', 'a'])).toThrow(new RangeError(`${name}: classes must be distinct, got 'a' twice.`));
    expect(naming([1])).toThrow(new TypeError(`${name}: classes must be strings as the labels are, got numbers.`));
    const long = `${'x'.repeat(100)}\n`;
    expect(naming([long, long])).toThrow(`got '${'x'.repeat(80)}' twice`);
  });
});
