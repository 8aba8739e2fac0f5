import { expect, it } from 'vitest';
import { newProgress, type TrainingProgress } from '../loop/TrainingProgress.js';
import { formatProgress, parseProgress } from './progressFile.js';

const frozen = { count: 2, sha256: 'abc' };
const settings = { seed: 3, metric: 'f1', forced: true };
const progress: TrainingProgress = {
  ...newProgress(),
  step: 7,
  lossSum: 0.1 + 0.2,
  best: { epoch: 1, value: 1 / 3, step: 4, checkpoint: 'step-000004' },
  history: [
    {
      epoch: 0,
      trainLoss: Math.PI,
      validation: { f1: 5e-324 },
      learningRate: 1e-4,
      seconds: 2.5,
      samplesPerSecond: 10,
      isBest: true,
    },
  ],
};

it('gives every number back bit for bit', () => {
  expect(parseProgress(formatProgress({ settings, frozen, progress }))).toEqual({ settings, frozen, progress });
  expect(parseProgress(formatProgress({ settings, frozen, progress: newProgress() })).progress).toEqual(newProgress());
});

it('knows metrics that are no numbers as such', () => {
  const record = { ...progress.history[0]!, validation: { auc: NaN, loss: Infinity } };
  const [read] = parseProgress(formatProgress({ settings, frozen, progress: { ...progress, history: [record] } }))
    .progress.history;
  expect(read!.validation).toEqual({ auc: NaN, loss: NaN });
});

it.each<[string, (file: Record<string, unknown>) => unknown, string]>([
  ['an older format', (file) => ({ ...file, formatVersion: 1 }), 'formatVersion must be 2, got 1. Use the version'],
  ['a newer format', (file) => ({ ...file, formatVersion: 3 }), 'formatVersion must be 2, got 3. Use the version'],
  ['no hash', (file) => ({ ...file, frozen: { count: 1 } }), '"frozen.sha256" must be text, got undefined.'],
  ['no object', () => [], '"file" must be an object, got object.'],
  ['no progress', (file) => ({ ...file, progress: undefined }), '"progress" must be an object, got undefined.'],
  ['a negative step', (file) => ({ ...file, progress: { ...progress, step: -1 } }), '"step" must be a whole number'],
  ['half an epoch', (file) => ({ ...file, progress: { ...progress, epoch: 0.5 } }), '"epoch" must be a whole number'],
  [
    'a list of texts',
    (file) => ({ ...file, progress: { ...progress, history: ['x'] } }),
    '"history" must be an object',
  ],
  ['text as a number', (file) => ({ ...file, progress: { ...progress, lossSum: '1' } }), '"lossSum" must be a number'],
  ['a nested setting', (file) => ({ ...file, settings: { a: {} } }), '"a" must be a number, got object.'],
])('refuses %s', (_, change, message) => {
  const file = JSON.parse(formatProgress({ settings, frozen, progress })) as Record<string, unknown>;
  expect(() => parseProgress(JSON.stringify(change(file)))).toThrow(message);
});
