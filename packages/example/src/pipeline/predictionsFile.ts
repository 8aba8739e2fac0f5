import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelEncoder, Sample } from '@crossmodal/dataset';
import type { Prediction } from './predictSamples.js';

/** Name of the file in a run folder. */
export const PREDICTIONS_FILE = 'predictions.jsonl';

/** One line of `predictions.jsonl`. */
export interface StoredPrediction {
  readonly split: string;
  readonly id: string;
  /** sha256 of the text, so that a row can be recognised without repeating what somebody wrote. */
  readonly textSha256: string;
  readonly label: string | null;
  readonly prediction: string;
  readonly probabilities: Readonly<Record<string, number>>;
  /** Kind of row, where the data says (the synthetic review world does). */
  readonly group?: string;
}

/** The lines of one split. */
export function predictionLines(
  split: string,
  predictions: readonly Prediction[],
  samples: readonly Sample[],
  labels: LabelEncoder,
  groupOf: (id: string) => string | undefined,
): StoredPrediction[] {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return predictions.map(({ id, prediction, probabilities }) => {
    const sample = byId.get(id);
    const group = groupOf(id);
    return {
      split,
      id,
      textSha256: createHash('sha256')
        .update(sample?.text ?? '')
        .digest('hex'),
      label: sample?.label ?? null,
      prediction: labels.decode(prediction),
      probabilities: Object.fromEntries(labels.labels.map((name, index) => [name, probabilities[index] ?? NaN])),
      ...(group === undefined ? {} : { group }),
    };
  });
}

/** Reads the predictions of one split of a run. */
export async function readPredictions(run: string, split: string): Promise<StoredPrediction[]> {
  const text = await readFile(join(run, PREDICTIONS_FILE), 'utf8');
  return parsePredictions(text).filter((prediction) => prediction.split === split);
}

/** The lines of `predictions.jsonl`; this program wrote them. */
export function parsePredictions(text: string): StoredPrediction[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredPrediction);
}

/** The kinds of rows that occur, in order of their names. */
export function groupNames(predictions: readonly StoredPrediction[]): string[] {
  return [...new Set(predictions.flatMap(({ group }) => group ?? []))].sort();
}
