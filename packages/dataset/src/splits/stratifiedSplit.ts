import { groupBy } from '../grouping/groupBy.js';
import { listFirst } from '../labels/listFirst.js';
import { quoteLabel } from '../labels/quoteLabel.js';
import type { Sample, SplitName } from '../reading/Sample.js';
import { orderByHash } from './orderByHash.js';

/** Fewest samples of a label that can be in all three parts. */
const PARTS = 3;

/** Which part each id belongs to. */
export interface StratifiedSplit {
  readonly names: ReadonlyMap<string, SplitName>;
  readonly warnings: readonly string[];
}

/** Divides each label on its own; what is too rare to divide is told. */
export function stratifiedSplit(
  samples: readonly Sample[],
  seed: number,
  fractions: { readonly validation: number; readonly test: number },
): StratifiedSplit {
  const names = new Map<string, SplitName>();
  const rare: string[] = [];
  for (const [label, group] of groupBy(samples, ({ label }) => label)) {
    const { validation, test } = counts(group.length, fractions);
    if (group.length < PARTS) rare.push(quoteLabel(label));
    orderByHash(group, seed).forEach((id, rank) => {
      names.set(id, rank < test ? 'test' : rank < test + validation ? 'validation' : 'train');
    });
  }
  return { names, warnings: rare.length === 0 ? [] : [describeRare(rare)] };
}

/** Rounded shares, but one at least where a share is wanted and there are samples enough. */
function counts(
  size: number,
  { validation, test }: { readonly validation: number; readonly test: number },
): { validation: number; test: number } {
  if (size < PARTS) {
    const one = size === 2 ? 1 : 0;
    return { validation: test === 0 && validation > 0 ? one : 0, test: test > 0 ? one : 0 };
  }
  const share = (fraction: number): number => (fraction === 0 ? 0 : Math.max(1, Math.round(fraction * size)));
  const wanted = { validation: share(validation), test: share(test) };
  // At least one stays for training; the larger part gives way.
  while (wanted.validation + wanted.test >= size) {
    if (wanted.test >= wanted.validation) wanted.test--;
    else wanted.validation--;
  }
  return wanted;
}

function describeRare(labels: readonly string[]): string {
  return `fewer than ${PARTS} samples of ${listFirst([...labels].sort())}: not in every split, numbers about them mean nothing.`;
}
