import { existsSync, readFileSync } from 'node:fs';
import type { RunEvent } from './RunEvent.js';
import type { OnWriteFailure, RunFolder } from './RunFolder.js';

/** One epoch, as told to listeners. */
export type EpochEvent = Extract<RunEvent, { type: 'epoch' }>;

/** Columns before and after the validation metrics of `results.csv`. */
const LEADING = ['epoch', 'train_loss'] as const;
const TRAILING = ['learning_rate', 'seconds', 'samples_per_second', 'is_best'] as const;

/**
 * Writes an epoch into `results.csv`, one row per epoch.
 *
 * Rows of this epoch and later ones are replaced: a resumed run repeats what its last checkpoint had not seen.
 */
export function writeEpochRow(folder: RunFolder, event: EpochEvent, onFailure: OnWriteFailure): void {
  const metrics = Object.keys(event.validation);
  const header = [...LEADING, ...metrics.map((name) => `validation_${name}`), ...TRAILING].join(',');
  const values = [
    event.epoch,
    event.trainLoss,
    ...metrics.map((name) => event.validation[name] ?? NaN),
    event.learningRate,
    Number(event.seconds.toFixed(2)),
    Number(event.samplesPerSecond.toFixed(1)),
    event.isBest,
  ];
  const earlier = readRows(folder).filter((row) => Number(row.split(',')[0]) < event.epoch);
  folder.replaceText('results.csv', `${[header, ...earlier, values.join(',')].join('\n')}\n`, onFailure);
}

function readRows(folder: RunFolder): string[] {
  const path = folder.file('results.csv');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .filter((row) => row !== '');
}
