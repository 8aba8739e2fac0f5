import { FLIPPED_SHARE, kindShares, OTHER_PART_DAMAGED, productParts } from './reviewKinds.js';

/** Best accuracy that can be expected in the synthetic world, by what a model may see. */
export interface WorldCeilings {
  readonly text: number;
  readonly image: number;
  readonly both: number;
  /** From the text alone, in reviews whose text names the part: a coin. */
  readonly textWhereItNamesThePart: number;
}

/** The ceilings, from how the world is made: a best guess for each thing that can be seen, then the flipped labels. */
export function worldCeilings(): WorldCeilings {
  const [decided, anyDamage, clutter, named] = kindShares;
  const text = decided + clutter + 0.5 * (anyDamage + named);
  return {
    text: afterFlips(text),
    image: afterFlips(bestFromImage(decided, anyDamage, clutter, named)),
    both: afterFlips(1),
    textWhereItNamesThePart: 0.5,
  };
}

function afterFlips(accuracy: number): number {
  return accuracy * (1 - FLIPPED_SHARE) + (1 - accuracy) * FLIPPED_SHARE;
}

/** All that a picture of the product tells about the label is how many parts are damaged. */
function bestFromImage(decided: number, anyDamage: number, clutter: number, named: number): number {
  const others = productParts.length - 1;
  let best = clutter * 0.5;
  for (let damaged = 0; damaged <= productParts.length; damaged++) {
    const afterOne = binomial(others, damaged - 1); // one part for certain, the others by chance
    const any = damaged === 0 ? 0.5 : 0.5 * afterOne;
    const positive =
      decided * any * 0.5 + (damaged === 0 ? anyDamage * any : 0) + named * 0.5 * binomial(others, damaged);
    const negative = decided * any * 0.5 + (damaged === 0 ? 0 : anyDamage * any) + named * 0.5 * afterOne;
    best += Math.max(positive, negative);
  }
  return best;
}

/** Probability that exactly `k` of `n` parts are damaged by chance. */
function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let choose = 1;
  for (let i = 0; i < k; i++) choose = (choose * (n - i)) / (i + 1);
  return choose * OTHER_PART_DAMAGED ** k * (1 - OTHER_PART_DAMAGED) ** (n - k);
}
