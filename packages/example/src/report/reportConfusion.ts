import { classificationScores, confusionMatrix } from '@crossmodal/metrics';
import type { ReportData } from '@crossmodal/viz';
import type { StoredPrediction } from '../pipeline/predictionsFile.js';

/** A matrix of more classes than this takes more room than it is worth. */
const MAX_CLASSES = 300;

/** What {@link reportConfusion} tells. */
export interface ConfusionReport extends Pick<ReportData, 'confusion' | 'classes'> {
  /** Why there is no matrix although labels are known. */
  readonly omission?: string;
}

/**
 * What was taken for what, and the scores of each class, from the predictions whose label is known.
 *
 * Only classes that occur, in the order of the model's labels. The matrix is left out, and said to be, with more than 300 of them.
 */
export function reportConfusion(predictions: readonly StoredPrediction[]): ConfusionReport {
  const known = predictions.flatMap(({ label, prediction, probabilities }) =>
    label === null ? [] : [{ label, prediction, probabilities }],
  );
  const occurring = new Set(known.flatMap(({ label, prediction }) => [label, prediction]));
  if (known.length === 0) return {};
  const order = Object.keys(known[0]?.probabilities ?? {}).filter((label) => occurring.has(label));
  const classes = [...order, ...[...occurring].filter((label) => !order.includes(label))];
  const confusion = confusionMatrix(
    known.map(({ label }) => label),
    known.map(({ prediction }) => prediction),
    { classes },
  );
  const { perClass } = classificationScores(confusion, { zeroDivision: NaN });
  const shown =
    classes.length > MAX_CLASSES
      ? {
          omission: `${classes.length} labels occur: a table of which was taken for which is made for at most ${MAX_CLASSES}.`,
        }
      : { confusion };
  return {
    ...shown,
    classes: perClass.map(({ label, support, precision, recall, f1 }) => ({
      label: String(label),
      samples: support,
      precision,
      recall,
      f1,
    })),
  };
}
