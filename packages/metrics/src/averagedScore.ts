import { checkClasses, checkLabels } from './checkInputs.js';
import { type ClassificationScores, classificationScores, type Scores } from './classificationScores.js';
import { countConfusions } from './confusionMatrix.js';
import { type Labels, sortedClasses } from './readLabels.js';

/** Options of `precision`, `recall` and `f1`. */
export interface ScoreOptions {
  /** `'macro'` (default): mean over classes; `'micro'`: from summed counts; `'weighted'`: by support; `null`: per class. */
  readonly average?: 'macro' | 'micro' | 'weighted' | null;
  /** What `0 / 0` is: 0, 1 or `NaN`, which averages leave out; default 0. */
  readonly zeroDivision?: number;
  /** Classes to report or average over; default every class seen, ascending. */
  readonly classes?: Labels;
  /** One weight per sample, at least 0; default 1 each. */
  readonly sampleWeights?: ArrayLike<number>;
}

/** One score, averaged as asked; `where` names it in messages. */
export function averagedScore(
  score: keyof Scores,
  labels: Labels,
  predictions: Labels,
  options: ScoreOptions,
): number | readonly number[] {
  const { average = 'macro' } = options;
  const scores = scoresOfLabels(labels, predictions, options, score);
  return average === null ? scores.perClass.map((entry) => entry[score]) : scores[average][score];
}

/** All scores of labels and predictions, counted over every class that occurs and reported for `classes`. */
export function scoresOfLabels(
  labels: Labels,
  predictions: Labels,
  options: ScoreOptions,
  where: string,
): ClassificationScores {
  const checked = checkLabels(labels, predictions, where);
  const seen = sortedClasses(checked.labels, checked.predictions);
  const classes = options.classes === undefined ? seen : checkClasses(options.classes, checked.labels, where);
  const { sampleWeights } = options;
  const counted = { classes: seen as Labels, ...(sampleWeights && { sampleWeights }) }; // of one kind: checked above
  const matrix = countConfusions(labels, predictions, counted, where);
  return classificationScores(matrix, {
    classes: classes as Labels, // of one kind: checked above
    ...(options.zeroDivision !== undefined && { zeroDivision: options.zeroDivision }),
  });
}
