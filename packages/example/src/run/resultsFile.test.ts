import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { writeEpochRow, type EpochEvent } from './resultsFile.js';
import { RunFolder } from './RunFolder.js';

const epochEvent = (epoch: number, trainLoss: number): EpochEvent => ({
  type: 'epoch',
  epoch,
  epochs: 3,
  trainLoss,
  validation: { accuracy: 0.5, logLoss: 0.7 },
  learningRate: 0.002,
  seconds: 1.2345,
  samplesPerSecond: 312.34,
  isBest: epoch === 1,
});

it('keeps one row per epoch, and replaces those that a resumed run repeats', () => {
  const folder = RunFolder.open(temporaryFolder());
  for (const [epoch, loss] of [
    [1, 0.6],
    [2, 0.5],
    [3, 0.45],
    [2, 0.51],
  ] as const) {
    writeEpochRow(folder, epochEvent(epoch, loss), (message) => expect.unreachable(message));
  }
  expect(readFileSync(folder.file('results.csv'), 'utf8')).toBe(
    'epoch,train_loss,validation_accuracy,validation_logLoss,learning_rate,seconds,samples_per_second,is_best\n' +
      '1,0.6,0.5,0.7,0.002,1.23,312.3,true\n' +
      '2,0.51,0.5,0.7,0.002,1.23,312.3,false\n',
  );
});

it('tells once that it cannot be written, and lets training go on', () => {
  const folder = RunFolder.open('/not/there');
  const failures: string[] = [];
  writeEpochRow(folder, epochEvent(1, 0.6), (message) => failures.push(message));
  writeEpochRow(folder, epochEvent(2, 0.5), (message) => failures.push(message));
  folder.log({ type: 'message' }, (message) => failures.push(message));
  expect(failures).toHaveLength(2);
  expect(failures[0]).toMatch(/^results.csv cannot be written any more: ENOENT/);
  expect(failures[1]).toMatch(/^run.log cannot be written any more: ENOENT/);
});
