import { listFirst } from '../labels/listFirst.js';
import { quoteLabel } from '../labels/quoteLabel.js';
import type { Sample } from '../reading/Sample.js';
import type { DatasetCheck } from './DatasetCheck.js';

/** Most frequent over least frequent label. */
const IMBALANCE = 5;
/** A label with fewer samples cannot be in train, validation and test. */
const SAMPLES_AT_LEAST = 3;

/** What should be looked at before training. */
export function warnAboutDataset(found: Omit<DatasetCheck, 'warnings'>, samples: readonly Sample[]): string[] {
  return [
    ...aboutRows(found),
    ...aboutLabels(found),
    ...aboutSplits(found),
    ...aboutImages(found, samples),
    ...aboutDuplicates(found),
  ];
}

function aboutRows({ report, rowsUsed, repeatedIds }: Omit<DatasetCheck, 'warnings'>): string[] {
  const warnings: string[] = [];
  if (rowsUsed === 0) warnings.push(`none of the ${report.rowsRead} rows can be used.`);
  if (repeatedIds > 0) warnings.push(`${repeatedIds} rows have an id that was used before: name another id column.`);
  return warnings;
}

function aboutLabels({ labels, rowsUsed }: Omit<DatasetCheck, 'warnings'>): string[] {
  const warnings: string[] = [];
  const [most] = labels;
  const least = labels.at(-1);
  if (!most || !least)
    return rowsUsed > 0 ? ['there are no labels: the rows can be predicted but not trained on.'] : [];
  if (labels.length === 1) warnings.push(`all labels are ${quoteLabel(most.label)}: there is nothing to tell apart.`);
  if (most.samples > IMBALANCE * least.samples) {
    warnings.push(
      `labels are imbalanced: ${quoteLabel(most.label)} occurs ${most.samples} times, ${quoteLabel(least.label)} ${least.samples} times. ` +
        'Look at macro F1 rather than accuracy, and consider class weights.',
    );
  }
  const rare = labels.filter((label) => label.samples < SAMPLES_AT_LEAST);
  if (rare.length > 0) {
    warnings.push(`fewer than ${SAMPLES_AT_LEAST} samples of ${list(rare)}: too few to train, choose and test with.`);
  }
  const alike = new Map<string, string[]>();
  for (const { label } of labels) alike.set(label.toLowerCase(), [...(alike.get(label.toLowerCase()) ?? []), label]);
  for (const group of alike.values()) {
    if (group.length > 1)
      warnings.push(`labels that differ in case only count as different: ${group.map(quoteLabel).join(', ')}.`);
  }
  return warnings;
}

function aboutSplits({ labels, splits }: Omit<DatasetCheck, 'warnings'>): string[] {
  if (!splits) return [];
  return (['train', 'validation', 'test'] as const).flatMap((split) => {
    if (splits[split] === 0) return [`the ${split} split is empty.`];
    const missing = labels.filter((label) => label.splits?.[split] === 0);
    return missing.length === 0 ? [] : [`the ${split} split has no samples of ${list(missing)}.`];
  });
}

function aboutImages({ images, labels }: Omit<DatasetCheck, 'warnings'>, samples: readonly Sample[]): string[] {
  const warnings: string[] = [];
  const broken = new Set(images.unreadable.map(({ path }) => path));
  if (broken.size > 0) warnings.push(`${broken.size} of ${images.files} image files cannot be read.`);
  if (images.files === 0) return [...warnings, 'no row names an image.'];
  if (images.rowsWithout > 0) warnings.push(`${images.rowsWithout} rows name no image.`);
  const sighted = new Set(samples.filter((sample) => hasImage(sample, broken)).map(({ label }) => label));
  const blind = labels.filter(({ label }) => !sighted.has(label));
  if (blind.length > 0) warnings.push(`no row with a readable image is left of ${list(blind)}.`);
  return warnings;
}

function hasImage({ images: [first] }: Sample, broken: ReadonlySet<string>): boolean {
  return first !== undefined && !broken.has(first);
}

function aboutDuplicates({ duplicates }: Omit<DatasetCheck, 'warnings'>): string[] {
  const { rows, acrossSplits, withOtherLabel } = duplicates;
  const warnings: string[] = [];
  if (rows > 0) warnings.push(`${rows} rows repeat the text and the image of an earlier row.`);
  if (acrossSplits > 0)
    warnings.push(`${acrossSplits} contents are in more than one split: the numbers would be too good.`);
  if (withOtherLabel > 0) warnings.push(`${withOtherLabel} repeated contents have more than one label.`);
  return warnings;
}

function list(labels: readonly { readonly label: string }[]): string {
  return listFirst(labels.map(({ label }) => quoteLabel(label)));
}
