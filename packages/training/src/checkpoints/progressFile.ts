import { type EpochRecord } from '../loop/EpochRecord.js';
import { type TrainingProgress } from '../loop/TrainingProgress.js';
import { type BestEpoch } from '../loop/TrainingResult.js';

/** Settings that the halves of a run must share. */
export type RunSettings = Readonly<Record<string, string | number | boolean>>;

/** What a progress file says. */
export interface ProgressFile {
  readonly settings: RunSettings;
  /** Of the parameters that were not trained, and are therefore not in the state. */
  readonly frozen: FrozenParameters;
  readonly progress: TrainingProgress;
}

/** What must be the same when a run goes on, and is not saved. */
interface FrozenParameters {
  readonly count: number;
  /** See `hashVariables`. */
  readonly sha256: string;
}

/** 1 held all parameters, and said nothing of frozen ones. */
const formatVersion = 2;

/** Writes settings and progress as JSON. Numbers come back bit for bit; NaN and the infinities as NaN. */
export function formatProgress({ settings, frozen, progress }: ProgressFile): string {
  return `${JSON.stringify({ formatVersion, settings, frozen, progress }, null, 2)}\n`;
}

/**
 * The opposite of {@link formatProgress}.
 *
 * @throws TypeError or RangeError when it is of another format
 */
export function parseProgress(text: string): ProgressFile {
  const file = asRecord('file', JSON.parse(text));
  if (file.formatVersion !== formatVersion) {
    throw new RangeError(
      `formatVersion must be ${formatVersion}, got ${String(file.formatVersion)}. Use the version of this library that saved it.`,
    );
  }
  const settings = Object.entries(asRecord('settings', file.settings)).map(([name, value]) => [
    name,
    asSetting(name, value),
  ]);
  const frozen = asRecord('frozen', file.frozen);
  const progress = asRecord('progress', file.progress);
  return {
    settings: Object.fromEntries(settings) as RunSettings,
    frozen: { count: asCount('frozen.count', frozen.count), sha256: asText('frozen.sha256', frozen.sha256) },
    progress: {
      epoch: asCount('epoch', progress.epoch),
      batch: asCount('batch', progress.batch),
      step: asCount('step', progress.step),
      samples: asCount('samples', progress.samples),
      lossSum: asNumber('lossSum', progress.lossSum),
      trainingMs: asNumber('trainingMs', progress.trainingMs),
      best: progress.best === undefined ? undefined : parseBest(asRecord('best', progress.best)),
      epochsSinceBest: asCount('epochsSinceBest', progress.epochsSinceBest),
      history: asArray('history', progress.history).map((entry) => parseEpoch(asRecord('history', entry))),
    },
  };
}

function parseBest(best: Readonly<Record<string, unknown>>): BestEpoch {
  return {
    epoch: asCount('best.epoch', best.epoch),
    value: asNumber('best.value', best.value),
    step: asCount('best.step', best.step),
    checkpoint: best.checkpoint === undefined ? undefined : asText('best.checkpoint', best.checkpoint),
  };
}

function parseEpoch(record: Readonly<Record<string, unknown>>): EpochRecord {
  const validation = Object.entries(asRecord('validation', record.validation));
  return {
    epoch: asCount('epoch', record.epoch),
    trainLoss: asNumber('trainLoss', record.trainLoss),
    validation: Object.fromEntries(validation.map(([name, value]) => [name, asNumber(name, value)])),
    learningRate: asNumber('learningRate', record.learningRate),
    seconds: asNumber('seconds', record.seconds),
    samplesPerSecond: asNumber('samplesPerSecond', record.samplesPerSecond),
    isBest: record.isBest === true,
  };
}

function asRecord(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(name, 'an object', value);
  // Checked above; an object's members may be anything.
  return value as Readonly<Record<string, unknown>>;
}

function asArray(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unfit(name, 'an array', value);
  return value;
}

function asCount(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw unfit(name, 'a whole number from 0', value);
  return Number(value);
}

function asNumber(name: string, value: unknown): number {
  // JSON has no NaN: it is written as null.
  if (value === null) return NaN;
  if (typeof value !== 'number') throw unfit(name, 'a number', value);
  return value;
}

function asText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw unfit(name, 'text', value);
  return value;
}

function asSetting(name: string, value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return asNumber(name, value);
}

function unfit(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`"${name}" must be ${expected}, got ${value === null ? 'null' : typeof value}.`);
}
