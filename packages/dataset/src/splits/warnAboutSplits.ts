import { listFirst } from '../labels/listFirst.js';
import { quoteLabel } from '../labels/quoteLabel.js';
import type { Sample, SplitName } from '../reading/Sample.js';
import type { SplitOptions } from './SplitOptions.js';

/** What is wrong with a division, for people. */
export function warnAboutSplits(
  parts: Readonly<Record<SplitName, readonly Sample[]>>,
  scheme: SplitOptions['scheme'],
): string[] {
  const warnings: string[] = [];
  if (scheme === 'original-80-20') {
    warnings.push(
      'there is no test split: the numbers are of the validation split, which also chose the best epoch. They are too good.',
    );
  } else {
    if (parts.test.length === 0)
      warnings.push('the test split is empty: there is nothing to measure the final model on.');
    if (parts.validation.length === 0) {
      warnings.push('the validation split is empty: there is nothing to choose the best epoch by.');
    }
  }
  if (parts.train.length === 0) warnings.push('the train split is empty: there is nothing to learn from.');
  const trained = new Set(parts.train.map(({ label }) => label));
  const unseen = new Set(
    [...parts.validation, ...parts.test].map(({ label }) => label).filter((label) => !trained.has(label)),
  );
  if (parts.train.length > 0 && unseen.size > 0) {
    const names = [...unseen].map(quoteLabel).sort();
    warnings.push(`no training samples of ${listFirst(names)}: a model cannot know them.`);
  }
  return warnings;
}
