import { groupBy } from '../grouping/groupBy.js';
import { groupDuplicates } from '../duplicates/groupDuplicates.js';
import type { LoadOptions } from '../reading/LoadOptions.js';
import { readSamples } from '../reading/readSamples.js';
import type { Sample, SplitName } from '../reading/Sample.js';
import { checkImages, type CheckProgress } from './checkImages.js';
import type { DatasetCheck, DuplicateSummary, LabelCount } from './DatasetCheck.js';
import { summarize } from './summarize.js';
import { warnAboutDataset } from './warnAboutDataset.js';

const EXAMPLES = 10;

/** Options of {@link checkDataset}: how to read the file, and how images are looked at. */
export interface CheckOptions extends LoadOptions {
  /** Pictures with more pixels count as unreadable; default 50 million. */
  readonly maxPixels?: number;
  /** Told how many image files have been looked at. */
  readonly onProgress?: CheckProgress;
}

/**
 * Looks at a whole data file before training: rows, labels, texts, images and duplicates.
 *
 * Every image is decoded, because a header says nothing about the rest of its file. Nothing is changed or written.
 *
 * @param path - CSV or JSON Lines file
 * @throws {@link DatasetError} when the file cannot be read as such, as `loadSamples` does; repeated ids are counted instead
 */
export async function checkDataset(path: string, options: CheckOptions = {}): Promise<DatasetCheck> {
  const { maxPixels, onProgress, ...loadOptions } = options;
  const { samples, report, repeated } = await readSamples(path, loadOptions);
  const images = await checkImages(samples, maxPixels === undefined ? {} : { maxPixels }, onProgress);
  const hasSplits = options.splitColumn !== undefined;
  const characters = summarize(samples.map(({ text }) => Array.from(text).length));
  const words = summarize(samples.map(({ text }) => text.trim().split(/\s+/).length));
  const found = {
    path,
    report,
    rowsUsed: samples.length,
    repeatedIds: repeated.length,
    labels: countLabels(samples, hasSplits),
    ...(characters && words ? { text: { characters, words } } : {}),
    images,
    duplicates: await countDuplicates(samples),
    ...(hasSplits ? { splits: countSplits(samples) } : {}),
  };
  return { ...found, warnings: warnAboutDataset(found, samples) };
}

function countLabels(samples: readonly Sample[], hasSplits: boolean): LabelCount[] {
  return [...groupBy(samples, ({ label }) => label)]
    .flatMap(([label, own]) =>
      label === null
        ? []
        : [
            {
              label,
              samples: own.length,
              share: own.length / samples.length,
              ...(hasSplits ? { splits: countSplits(own) } : {}),
            },
          ],
    )
    .sort((a, b) => b.samples - a.samples || (a.label < b.label ? -1 : 1));
}

function countSplits(samples: readonly Sample[]): Record<SplitName, number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { split } of samples) if (split) counts[split]++;
  return counts;
}

async function countDuplicates(samples: readonly Sample[]): Promise<DuplicateSummary> {
  const groups = await groupDuplicates(samples);
  const differ = (valueOf: (sample: Sample) => unknown): number =>
    groups.filter((group) => new Set(group.map(valueOf)).size > 1).length;
  return {
    contents: groups.length,
    rows: groups.reduce((sum, group) => sum + group.length - 1, 0),
    acrossSplits: differ(({ split }) => split),
    withOtherLabel: differ(({ label }) => label),
    examples: groups.slice(0, EXAMPLES).map((group) => group.map(({ id }) => id)),
  };
}
