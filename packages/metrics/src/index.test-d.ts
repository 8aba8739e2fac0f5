import { assertType, expectTypeOf, test } from 'vitest';

import {
  accuracy,
  ClassificationAccumulator,
  classificationReport,
  f1,
  type Interval,
  logLoss,
  precision,
  rocAucOneVsRest,
} from './index.js';

test('average decides between one number and one per class', () => {
  expectTypeOf(f1([0], [0])).toEqualTypeOf<number>();
  expectTypeOf(f1([0], [0], { average: 'weighted' })).toEqualTypeOf<number>();
  expectTypeOf(precision([0], [0], { average: null })).toEqualTypeOf<readonly number[]>();
  expectTypeOf(rocAucOneVsRest([0], [[1]], { average: null })).toEqualTypeOf<readonly number[]>();
  // @ts-expect-error an average that scikit-learn has and this package has not
  f1([0], [0], { average: 'samples' });
});

test('labels are numbers or strings', () => {
  assertType<number>(accuracy(new Int32Array(2), [0, 1]));
  assertType<number>(accuracy(['a'], ['b']));
  // @ts-expect-error a string is not a list of labels
  accuracy('ab', 'ab');
  // @ts-expect-error booleans are not labels
  accuracy([true], [false]);
  // @ts-expect-error a mixture is not a list of labels
  accuracy([0, 'a'], [0, 1]);
});

test('probabilities are rows', () => {
  assertType<number>(logLoss([0], [new Float32Array(2)]));
  // @ts-expect-error one number per sample is a score, not a row
  logLoss([0], [0.5]);
});

test('log loss and area may be absent', () => {
  const accumulator = new ClassificationAccumulator({ classes: ['a', 'b'] });
  const { metrics } = accumulator.result();
  expectTypeOf(metrics.accuracy).toEqualTypeOf<number>();
  expectTypeOf(metrics.logLoss).toEqualTypeOf<number | undefined>();
  expectTypeOf(accumulator.intervals({ random: Math.random })).toEqualTypeOf<Readonly<Record<string, Interval>>>();
  // @ts-expect-error random numbers are passed in
  accumulator.intervals({});
});

test('results are read only', () => {
  const report = classificationReport([0], [0]);
  expectTypeOf(report.accuracy).toEqualTypeOf<number | null>();
  // @ts-expect-error results are read only
  report.accuracy = 1;
});
