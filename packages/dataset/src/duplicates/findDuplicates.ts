import type { Sample, SplitName } from '../reading/Sample.js';
import { groupDuplicates } from './groupDuplicates.js';

/** Samples with the same text and the same images that lie in different splits. */
export interface DuplicateGroup {
  /** Their ids, in the order train, validation, test. */
  readonly ids: readonly string[];
  /** The split of each id. */
  readonly splits: readonly SplitName[];
}

const SPLIT_ORDER = ['train', 'validation', 'test'] as const;

/**
 * Finds samples that occur in more than one split: same text, character by character, and same bytes of every image.
 *
 * What was seen in training and is asked again in the test makes numbers too good. Image files are read only where a
 * text repeats; an image that cannot be read equals only the same path. Near duplicates are not found.
 *
 * @param splits - as `splitSamples` gives them
 * @returns one group for each content that occurs in at least two splits
 */
export async function findDuplicates(
  splits: Readonly<Record<SplitName, readonly Sample[]>>,
): Promise<readonly DuplicateGroup[]> {
  const splitOf = new Map<Sample, SplitName>();
  for (const name of SPLIT_ORDER) for (const sample of splits[name]) splitOf.set(sample, name);
  const groups = await groupDuplicates([...splitOf.keys()]);
  return groups
    .map((group) => ({
      ids: group.map(({ id }) => id),
      splits: group.map((sample) => splitOf.get(sample) ?? 'train'),
    }))
    .filter(({ splits: names }) => new Set(names).size > 1);
}
