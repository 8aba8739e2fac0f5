/** What decides the label of a review. */
export type ReviewKind = 'text decides' | 'any damage decides' | 'image is clutter' | 'text names the part';

/** The kinds of review in the synthetic world, number 0 to 3. */
export const reviewKinds: readonly ReviewKind[] = [
  'text decides',
  'any damage decides',
  'image is clutter',
  'text names the part',
];

/** Share of each kind, in the order of {@link reviewKinds}. */
export const kindShares = [0.25, 0.25, 0.2, 0.3] as const;

/** A part of the product. */
export type ProductPart = 'screen' | 'handle' | 'button' | 'base';

/** Parts of the product, each a square of its own colour. */
export const productParts: readonly ProductPart[] = ['screen', 'handle', 'button', 'base'];

/** Probability that a part which does not decide is damaged, in pictures of a damaged product. */
export const OTHER_PART_DAMAGED = 0.4;

/** Share of labels that are turned around, so that nothing can be right every time. */
export const FLIPPED_SHARE = 0.03;
